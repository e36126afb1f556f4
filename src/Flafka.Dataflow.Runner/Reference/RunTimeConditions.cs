using System.Collections.Immutable;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>What can go wrong while an agent runs, for the register. The log message at each place says more.</summary>
internal static class RunTimeConditions
{
    private const string Stay = "stay in the channel, or unread at the source";

    /// <summary>All conditions, by code.</summary>
    public static ImmutableArray<(string Code, string What, string Events, string Remedy)> All { get; } =
    [
        ("FLK6001", "No broker of Kafka answers", Stay, "start the brokers, or correct kafka.bootstrap.servers; it goes on by itself"),
        ("FLK6002", "The brokers refuse the user", Stay, "grant the right, or correct the credentials"),
        ("FLK6003", "The topic does not exist", Stay, "create it, or correct its name"),
        ("FLK6004", "A record is larger than it may be", "the event stays, and those behind it wait", "raise the limits of topic and producer"),
        ("FLK6101", "The channel is full", "the source waits; a waiting client is refused", "find out why the sink that the message names is slow, or raise capacity"),
        ("FLK6102", "The disk has less room than the minimum", "the channel takes no more until there is room", "make room"),
        ("FLK6103", "Syncing to disk failed", "the channel refuses puts; what was acknowledged before is kept", "look at the disk and restart the agent"),
        ("FLK6104", "A damaged segment was set aside", "all that can be read of it is kept", "keep the file and inspect it"),
        ("FLK6105", "Another process holds the directory", Stay, "stop the other process, or give each its own directory"),
        ("FLK6106", "The directory holds a file channel of Flume 1.x", "Flume's events stay there", "let Flume's sinks empty it, or give the channel other directories"),
        ("FLK6201", "No name node answers, or only standby ones", Stay, "start it, name its twin in hdfs.webhdfsAddress, or correct the address; it goes on by itself"),
        ("FLK6202", "The name node is in safe mode", Stay, "wait, or leave safe mode"),
        ("FLK6203", "A quota is used up", Stay, "raise the quota or make room"),
        ("FLK6204", "The file system refuses the user", Stay, "grant the right, or correct the user"),
        ("FLK6205", "The lease of a file is being recovered", Stay, "wait"),
        ("FLK6206", "The login to HDFS is missing, or the delegation token no longer holds", Stay, "set hdfs.delegationToken to a new one"),
        ("FLK6207", "No TLS with HDFS, for example as its certificate is not trusted", Stay, "hdfs.caFile names the authorities that are trusted"),
        ("FLK6301", "An event can never be written", "the event stays, and those behind it wait", "the message names event and reason"),
        ("FLK6302", "The port is in use", "clients are refused", "end the other process, or change the port"),
        ("FLK6303", "A file changed while it was read", "what was read is delivered", "move complete files into the directory"),
        ("FLK6304", "A component was restarted many times", Stay, "the message names its last error"),
        ("FLK6401", "The time for draining is over", "the message says how many are left, and whether they are read again or lost", "raise --drain-timeout, or look why the sink is slow"),
    ];
}
