using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Real;

/// <summary>One HDFS for all tests of this namespace.</summary>
[SetUpFixture, Order(1), Parallelizable(ParallelScope.Self | ParallelScope.Fixtures)] // first, as its tests mostly wait
internal sealed class RealHdfsSetUp() : RealServerSetUp<RealHdfs>(static () => RealHdfs.TryStart(), RealHdfs.Missing)
{
    public static RealHdfs Hdfs => Server;

    /// <summary>For tests that break it or look into it.</summary>
    public static RealHdfs OwnHdfs()
    {
        if (!Hdfs.IsOwn)
        {
            Peers.Skip("FLAFKA_TEST_WEBHDFS names an HDFS that is not ours to break; without it one is started from HADOOP_PEER");
        }

        return Hdfs;
    }
}
