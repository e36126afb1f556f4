using Flafka.Dataflow.Storage.Hdfs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Real;

/// <content>Nodes that die. In one fixture with the others, as these must not run meanwhile. The longer campaigns are in <c>scripts/hdfs-faults.sh</c>.</content>
public partial class RealHdfsTests
{
    [Test]
    public Task A_data_node_killed_in_mid_file_costs_nothing() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 12_000, static () =>
    {
        Hdfs.Do("kill", "datanode1");
        Hdfs.Do("restart", "datanode1");
        return Task.CompletedTask;
    });

    [Test]
    public Task A_name_node_killed_in_mid_file_costs_nothing() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 12_000, static () =>
    {
        Hdfs.Do("kill", "namenode");
        Hdfs.Do("restart", "namenode");
        return Task.CompletedTask;
    });

    [Test]
    public Task Safe_mode_is_waited_for() => RunAsync(Hdfs.NewFolder(), CommitMode.File, 6_000, static () =>
    {
        Hdfs.Do("safemode", "enter");
        Hdfs.Do("safemode", "leave");
        return Task.CompletedTask;
    });
}
