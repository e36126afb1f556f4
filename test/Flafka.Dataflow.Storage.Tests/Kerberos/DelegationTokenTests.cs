using System.ComponentModel.Design;
using System.Text.Json;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.Storage.Tests.Formats;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Kerberos;

/// <summary>Delegation tokens on a real HDFS that wants a login by Kerberos, with a realm of its own. Needs Debian's krb5-kdc, krb5-admin-server, krb5-user and curl.</summary>
[Category("RealHdfs")]
public class DelegationTokenTests
{
    private static readonly string[] Needed = ["krb5kdc", "kadmin.local", "kdb5_util", "kinit", "curl"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private TempFolder _folder = null!;
    private string? _kdc;
    private RealHdfs? _hdfs;

    [OneTimeSetUp]
    public void Start()
    {
        _folder = new TempFolder();
        var peer = Peers.Require("hadoop", "HADOOP_PEER");
        var path = (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin").Split(':');
        if (Needed.FirstOrDefault(program => !path.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing)
        {
            Assert.Ignore($"needs the program {missing} (Debian: krb5-kdc, krb5-admin-server, krb5-user, curl)");
        }

        _kdc = Path.Combine(peer, "kdc");
        Programs.Run(_kdc, "start", "--dir", _folder["kdc"]);
        var settings = Programs.Run(_kdc, "settings", "--dir", _folder["kdc"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _hdfs = RealHdfs.TryStart(settings.Select(static setting => setting["--set=".Length..]), $"-Djava.security.krb5.conf={_folder["kdc/krb5.conf"]}");
        if (_hdfs is null)
        {
            Peers.Skip(RealHdfs.Missing);
        }

        WithLogin("kinit", "-kt", _folder["kdc/client.keytab"], "flume@TEST.LOCAL");
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _hdfs?.Dispose();
        if (_kdc is not null)
        {
            Programs.Run(_kdc, "stop", "--dir", _folder["kdc"]);
        }

        _folder.Dispose();
    }

    private string WithLogin(params string[] command) =>
        Programs.Run("env", [$"KRB5_CONFIG={_folder["kdc/krb5.conf"]}", $"KRB5CCNAME={_folder["kdc/cache"]}", .. command]);

    private string Ask(string method, string query) =>
        WithLogin("curl", "-sS", "--fail-with-body", "--negotiate", "-u", ":", "-X", method, new Uri(_hdfs!.NameNode, "/webhdfs/v1" + query).AbsoluteUri);

    private string NewToken() =>
        JsonDocument.Parse(Ask("GET", "/?op=GETDELEGATIONTOKEN&renewer=flume")).RootElement.GetProperty("Token").GetProperty("urlString").GetString()!;

    private WebHdfsClient Client(string? token)
    {
        var settings = new WebHdfsSettings([_hdfs!.NameNode], TimeSpan.FromSeconds(30)) { User = "flume", Token = token };
        return new WebHdfsClient(AgentRuntime.System, settings, WebHdfsClient.NewHandler(settings));
    }

    [Test]
    public async Task With_a_token_events_are_written_and_the_token_is_in_no_message([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        var token = NewToken();
        using var loggers = new RecordingLoggers();
        var folder = _hdfs!.NewFolder();
        var options = new HdfsSinkOptions
        {
            Path = _hdfs.Root + folder, DelegationToken = token, Commit = commit, RollCount = 2, FileType = HdfsFileType.DataStream, StateDirectory = _folder["state" + commit],
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "lines", static _ => new Hdfs.LineSerializer()),
        };
        var runtime = AgentRuntime.System;
        var sink = new HdfsSink(
            options, new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), loggers, runtime, new ServiceContainer()), new LocalStorage(runtime), loggers.For<HdfsSink>());
        await sink.StartAsync(CancellationToken.None);
        var lease = new LentEvents(Hdfs.HdfsBench.Events("a", "b", "c"));
        await sink.AcceptAsync(lease, CancellationToken.None);
        await sink.FlushAsync(CancellationToken.None);
        SpinWait.SpinUntil(() => lease.IsSettled && loggers.Entries.Any(static entry => entry.Id.Id == StorageEventIds.TokenOfKerberos), Limit);
        await sink.StopAsync(CancellationToken.None);

        Assert.That(lease.Committed, Has.Length.EqualTo(3), string.Join('\n', loggers.Texts));
        Assert.That(Ask("GET", $"{folder}?op=LISTSTATUS"), Does.Not.Contain(".tmp"));
        Assert.That(loggers.Entries.Count(static entry => entry.Id.Id == StorageEventIds.TokenOfKerberos), Is.EqualTo(1), "told once that another has to renew it");
        Assert.That(loggers.Texts, Has.None.Contains(token));
    }

    [Test]
    public void A_token_that_was_cancelled_is_told_in_one_line_without_it()
    {
        var token = NewToken();
        using var client = Client(token);
        Assert.That(async () => await client.StatusAsync("/", CancellationToken.None), Is.Not.Null);
        Ask("PUT", "/?op=CANCELDELEGATIONTOKEN&token=" + token);
        var failure = Assert.ThrowsAsync<WebHdfsException>(async () => await client.StatusAsync("/", CancellationToken.None));
        Assert.That(failure!.Message, Does.StartWith("FLK6206: the delegation token has expired, was cancelled or is none of this cluster: set hdfs.delegationToken to a new one. "));
        Assert.That(failure.ToString(), Does.Not.Contain(token));
        Assert.That(failure.Message, Does.Not.Contain("\n"));
    }

    [Test]
    public void A_login_that_is_missing_is_told_with_the_key()
    {
        using var client = Client(null);
        var failure = Assert.ThrowsAsync<WebHdfsException>(async () => await client.StatusAsync("/", CancellationToken.None));
        Assert.That(failure!.Message, Does.StartWith("FLK6206: the cluster wants a login: set hdfs.delegationToken to a token that 'hdfs fetchdt --webservice' gives. "));
    }
}
