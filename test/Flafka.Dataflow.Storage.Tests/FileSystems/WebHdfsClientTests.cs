using System.Net;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Tests.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.FileSystems;

public class WebHdfsClientTests
{
    private static (SimulatedScheduler Scheduler, ScriptedCluster Cluster, WebHdfsClient Client) Make(double limit = 30, string? token = null, params string[] nameNodes)
    {
        var scheduler = new SimulatedScheduler(3);
        var cluster = new ScriptedCluster(scheduler.Runtime.Time, nameNodes);
        string[] hosts = nameNodes.Length == 0 ? ["nn:9870"] : nameNodes;
        var settings = new WebHdfsSettings([.. hosts.Select(host => new Uri("http://" + host))], TimeSpan.FromSeconds(limit)) { User = "flume", Token = token };
        return (scheduler, cluster, new WebHdfsClient(scheduler.Runtime, settings, cluster));
    }

    private static void Run(SimulatedScheduler scheduler, Func<Task> test) => scheduler.Run(test);

    [Test]
    public void A_standby_is_left_for_its_twin_and_not_asked_again()
    {
        var (scheduler, cluster, client) = Make(nameNodes: ["nn1:9870", "nn2:9870"]);
        cluster.Active = "nn2:9870";
        cluster.Put("/a", "text");
        Run(scheduler, async () =>
        {
            Assert.That((await client.StatusAsync("/a", CancellationToken.None))?.Length, Is.EqualTo(4));
            Assert.That(await client.StatusAsync("/b", CancellationToken.None), Is.Null);
        });
        Assert.That(cluster.Requests, Is.EqualTo(new[] { "nn1:9870 GETFILESTATUS /a", "nn2:9870 GETFILESTATUS /a", "nn2:9870 GETFILESTATUS /b" }));
    }

    [TestCase("RetriableException")]
    [TestCase("StandbyException")]
    [TestCase("EOFException")]
    [TestCase("SafeModeException")]
    [TestCase("")]
    public void What_may_work_later_is_tried_again_with_a_new_redirect(string exception)
    {
        var (scheduler, cluster, client) = Make();
        var tries = 0;
        cluster.Fault = (operation, _) => operation == "data CREATE" && tries++ < 5 ? new Fault(exception) : null;
        Run(scheduler, async () => await client.SendAsync(HttpMethod.Put, "CREATE", "/a", "text"u8.ToArray(), CancellationToken.None));
        Assert.That(cluster.Files["/a"], Is.EqualTo("text"));
        Assert.That(cluster.Requests.Count(static request => request == "nn:9870 CREATE /a"), Is.EqualTo(6));
    }

    [Test]
    public void A_redirect_to_a_dead_data_node_is_asked_for_again_until_the_name_node_has_noticed()
    {
        var (scheduler, cluster, client) = Make();
        var begin = scheduler.Runtime.Time.GetTimestamp();
        cluster.Fault = (operation, _) => operation == "data CREATE" && scheduler.Runtime.Time.GetElapsedTime(begin) < TimeSpan.FromSeconds(12) ? Fault.Refused : null;
        Run(scheduler, async () => await client.SendAsync(HttpMethod.Put, "CREATE", "/a", "text"u8.ToArray(), CancellationToken.None));
        Assert.That(scheduler.Runtime.Time.GetElapsedTime(begin), Is.InRange(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(16)));
    }

    [Test]
    public void Data_that_may_have_arrived_are_not_sent_twice()
    {
        var (scheduler, cluster, client) = Make();
        cluster.Fault = static (operation, _) => operation == "data CREATE" ? Fault.AnswerLost : null;
        Assert.That(
            () => Run(scheduler, async () => await client.SendAsync(HttpMethod.Put, "CREATE", "/a", "text"u8.ToArray(), CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Message.Contains("dn:9864 does not answer"));
        Assert.That(cluster.Requests, Has.Exactly(1).StartsWith("dn:9864"));
    }

    [Test]
    public void An_answer_that_never_comes_is_given_up_in_time_and_says_what_was_wrong_last()
    {
        var (scheduler, cluster, client) = Make(limit: 7);
        cluster.Fault = static (_, _) => new Fault("SafeModeException");
        var begin = scheduler.Runtime.Time.GetTimestamp();
        Assert.That(
            () => Run(scheduler, async () => await client.DoAsync(HttpMethod.Put, "MKDIRS", "/a", "", CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Message.StartWith("FLK6202: the name node is in safe mode"));
        Assert.That(scheduler.Runtime.Time.GetElapsedTime(begin), Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    [TestCase("AccessControlException", "FLK6204")]
    [TestCase("NSQuotaExceededException", "FLK6203")]
    [TestCase("AlreadyBeingCreatedException", "FLK6205")]
    public void A_refusal_for_good_is_told_at_once(string exception, string code)
    {
        var (scheduler, cluster, client) = Make();
        cluster.Fault = (_, _) => new Fault(exception);
        Assert.That(
            () => Run(scheduler, async () => await client.DoAsync(HttpMethod.Put, "MKDIRS", "/a", "", CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Message.StartWith(code).And.Message.Contains("MKDIRS '/a'").And.Message.Not.Contains("at x"));
        Assert.That(cluster.Requests, Has.Count.EqualTo(1));
    }

    // As Hadoop 3.5 words it.
    [TestCase(403, "SecurityException", "Failed to obtain user group information: org.apache.hadoop.security.token.SecretManager$InvalidToken: Token  has expired", "the delegation token has expired")]
    [TestCase(403, "SecurityException", "Failed to obtain user group information: java.io.EOFException", "the delegation token has expired, was cancelled or is none")]
    [TestCase(403, "InvalidToken", "token (token for flume) can't be found in cache", "the delegation token has expired, was cancelled or is none")]
    [TestCase(401, "", "Authentication required", "the cluster wants a login")]
    public void A_login_that_does_not_hold_names_the_key(int status, string kind, string message, string problem) => Assert.That(
        WebHdfsException.Of("CREATE", "/a", (HttpStatusCode)status, kind, message).Message, Does.StartWith("FLK6206: " + problem).And.Contains("hdfs.delegationToken"));

    [Test]
    public void An_answer_of_another_shape_is_no_answer_of_a_name_node([Values("{}", "[]", """{"FileStatus":{"length":"x"}}""")] string json)
    {
        var scheduler = new SimulatedScheduler(1);
        using var client = new WebHdfsClient(scheduler.Runtime, new WebHdfsSettings([new Uri("http://nn:9870")], TimeSpan.FromSeconds(30)), new Answering(json));
        Assert.That(
            () => Run(scheduler, async () => await client.StatusAsync("/a", CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Message.Contains("is this the HTTP address of a name node?"));
    }

    [Test]
    public void A_redirect_to_a_stranger_gets_no_data([Values(
        "http://169.254.169.254", "http://127.0.0.1:9864", "http://localhost:9864", "http://[::1]:9864", "http://user:pw@dn:9864", "ftp://dn", "http://0.0.0.0:1", "http://224.0.0.1")] string address)
    {
        var (scheduler, cluster, client) = Make();
        cluster.DataNode = address;
        Assert.That(
            () => Run(scheduler, async () => await client.SendAsync(HttpMethod.Put, "CREATE", "/a", "secret"u8.ToArray(), CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Message.Contains("nothing was sent there"));
        Assert.That(cluster.Requests, Has.All.StartWith("nn:9870"));
    }

    [TestCase("http://nn:9870", "http://dn:9864/webhdfs/v1/a?op=CREATE", null)]
    [TestCase("http://127.0.0.1:9870", "http://localhost:9864/webhdfs/v1/a?op=CREATE", null)]
    [TestCase("http://nn:9870", "https://dn:9865/webhdfs/v1/a?op=CREATE", null)]
    [TestCase("https://nn:9871", "http://dn:9864/webhdfs/v1/a?op=CREATE", "leads to 'http:'")]
    [TestCase("http://nn:9870", "http://dn:9864/webhdfs/v1/b?op=CREATE", "another file or operation")]
    [TestCase("http://nn:9870", "http://dn:9864/webhdfs/v1/a?op=APPEND", "another file or operation")]
    public void A_redirect_is_about_what_was_asked_for(string nameNode, string location, string? fault)
    {
        Uri Check() => Redirect.Check(new Uri(nameNode), new Uri(nameNode + "/webhdfs/v1/a?op=CREATE&user.name=flume"), new Uri(location));
        if (fault is null)
        {
            Assert.That(Check(), Is.EqualTo(new Uri(location)));
        }
        else
        {
            Assert.That(Check, Throws.TypeOf<WebHdfsException>().With.Message.Contains(fault));
        }
    }

    [Test]
    public void Names_are_escaped_and_a_token_takes_the_place_of_the_user()
    {
        var (scheduler, cluster, client) = Make(token: "to+ken");
        cluster.Put("/a b/ü#?%", "x");
        Run(scheduler, async () => Assert.That(await client.StatusAsync("/a b/ü#?%", CancellationToken.None), Is.Not.Null));
        Assert.That(cluster.Addresses.Single().OriginalString, Does.Contain("/a%20b/%C3%BC%23%3F%25?op=GETFILESTATUS&delegation=to%2Bken").And.Not.Contain("user.name"));
    }

    [Test]
    public void No_message_has_the_token()
    {
        var (scheduler, cluster, client) = Make(limit: 1, token: "s3cret");
        cluster.Fault = static (_, _) => Fault.Refused;
        Assert.That(
            () => Run(scheduler, async () => await client.StatusAsync("/a", CancellationToken.None)),
            Throws.TypeOf<WebHdfsException>().With.Matches<Exception>(static failure => !failure.ToString().Contains("s3cret", StringComparison.Ordinal)));
    }

    [Test]
    public void A_read_takes_what_there_is()
    {
        var (scheduler, cluster, client) = Make();
        cluster.Put("/a", "0123456789");
        Run(scheduler, async () =>
        {
            var buffer = new byte[4];
            Assert.That(await client.ReadAsync("/a", buffer, 8, CancellationToken.None), Is.EqualTo(2));
            Assert.That(buffer[..2], Is.EqualTo("89"u8.ToArray()));
        });
    }

    private sealed class Answering(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, null, "application/json") });
    }
}
