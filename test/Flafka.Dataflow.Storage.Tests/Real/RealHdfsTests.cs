using System.Collections.Concurrent;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Real;

/// <summary>The sink on a real HDFS that works, seen through a wire that may not.</summary>
public partial class RealHdfsTests : RealHdfsFixture
{
    [Test]
    public Task Events_go_into_hourly_folders_once([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit) =>
        RunAsync(Hdfs.NewFolder(), commit, 24_000);

    [Test]
    public async Task A_rename_that_is_cut_off_costs_nothing_and_doubles_nothing(
        [Values(Cut.BeforeRequest, Cut.BeforeAnswer)] Cut cut, [Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        var files = new ConcurrentDictionary<string, bool>();
        await using var proxy = new CuttingProxy(
            Hdfs.NameNode.Port, request => request.Contains("op=RENAME", StringComparison.Ordinal) && files.TryAdd(request, true) ? cut : Cut.None);
        await RunAsync(Hdfs.NewFolder(), commit, 2_000, keys: ("hdfs.webhdfsAddress", proxy.Address));
        Assert.That(files, Has.Count.EqualTo(20), "one file in each of twenty folders");
    }

    [Test]
    public async Task The_twin_goes_on_when_the_name_node_is_gone_in_mid_file([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        var asked = 0;
        var first = new CuttingProxy(Hdfs.NameNode.Port, _ => Cut.None);
        await using var twin = new CuttingProxy(Hdfs.NameNode.Port, _ =>
        {
            Interlocked.Increment(ref asked);
            return Cut.None;
        });
        await RunAsync(
            Hdfs.NewFolder(),
            commit,
            4_000,
            () =>
            {
                Assert.That(asked, Is.Zero, "while the first one answers");
                return first.DisposeAsync().AsTask();
            },
            ("hdfs.webhdfsAddress", $"{first.Address},{twin.Address}"));
        Assert.That(asked, Is.Positive);
    }

    [Test]
    public Task Over_TLS_the_authority_of_a_file_is_trusted([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit) => RunAsync(
        Hdfs.NewFolder(), commit, 2_000, keys: [("hdfs.webhdfsAddress", Hdfs.SecureRoot.Replace("swebhdfs", "https", StringComparison.Ordinal)), ("hdfs.caFile", Hdfs.CaFile)]);

    [TestCase(false, "127.0.0.1", "PartialChain; hdfs.caFile names the PEM file with the authorities that are trusted")]
    [TestCase(true, "localhost", "RemoteCertificateNameMismatch; its certificate has to name the host that hdfs.path or hdfs.webhdfsAddress names")]
    public void A_certificate_that_is_not_trusted_is_told_at_once(bool hasAuthority, string host, string problem)
    {
        var address = new Uri(Hdfs.SecureRoot.Replace("127.0.0.1", host, StringComparison.Ordinal));
        var settings = new WebHdfsSettings([new Uri($"https://{address.Authority}")], TimeSpan.FromSeconds(30)) { CaFile = hasAuthority ? Hdfs.CaFile : null };
        using var client = new WebHdfsClient(AgentRuntime.System, settings, WebHdfsClient.NewHandler(settings));
        var begin = AgentRuntime.System.Time.GetTimestamp();
        var failure = Assert.ThrowsAsync<WebHdfsException>(async () => await client.StatusAsync("/", CancellationToken.None));
        Assert.That(failure!.Message, Does.StartWith($"FLK6207: GETFILESTATUS '/': no TLS with {address.Authority}: ").And.EndsWith(problem));
        Assert.That(AgentRuntime.System.Time.GetElapsedTime(begin), Is.LessThan(TimeSpan.FromSeconds(20)), "another try cannot help");
    }
}
