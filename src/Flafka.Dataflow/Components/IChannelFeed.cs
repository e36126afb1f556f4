namespace Flafka.Dataflow;

/// <summary>The connection from a channel to one sink.</summary>
public interface IChannelFeed
{
    /// <summary>Completes when the feed is disconnected and every lease it gave is settled.</summary>
    Task Completion { get; }

    /// <summary>
    /// A barrier: no lease leaves after the call, leases not yet begun go back untouched, a holding sink is asked to flush; returns when all is settled.
    /// </summary>
    Task DisconnectAsync();
}
