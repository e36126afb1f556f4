using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.FileSystems;

public class WebHdfsAddressesTests
{
    private static string Of(string path, string? given = null, HadoopConfiguration? hadoop = null) =>
        string.Join(" ", WebHdfsAddresses.Of(FileSystemPath.Parse(path), given, hadoop).Select(static uri => uri.GetLeftPart(UriPartial.Authority)));

    private static HadoopConfiguration Hadoop(TempFolder folder, params (string Name, string Value)[] properties)
    {
        File.WriteAllText(folder["core-site.xml"], "<configuration><property><name>fs.defaultFS</name><value>hdfs://prod</value></property></configuration>");
        File.WriteAllText(
            folder["hdfs-site.xml"],
            $"<configuration>{string.Concat(properties.Select(static pair => $"<property><name>{pair.Name}</name><value>{pair.Value}</value></property>"))}</configuration>");
        return HadoopConfiguration.Read(folder.Path);
    }

    [TestCase("hdfs://nn/logs", "http://nn:9870")]
    [TestCase("hdfs://nn:8020/logs", "http://nn:9870")]
    [TestCase("webhdfs://nn:50070/logs", "http://nn:50070")]
    [TestCase("webhdfs://nn/logs", "http://nn:9870")]
    [TestCase("swebhdfs://nn/logs", "https://nn:9871")]
    [TestCase("hdfs://[::1]:8020/logs", "http://[::1]:9870")]
    public void Without_more_it_is_the_host_of_the_path(string path, string address) => Assert.That(Of(path), Is.EqualTo(address));

    [Test]
    public void The_key_wins() => Assert.That(Of("hdfs://prod/logs", "nn1:9870, nn2, https://nn3:9999"), Is.EqualTo("http://nn1:9870 http://nn2:9870 https://nn3:9999"));

    [Test]
    public void A_logical_name_leads_to_the_twins()
    {
        using var folder = new TempFolder();
        var hadoop = Hadoop(
            folder, ("dfs.nameservices", "prod,other"), ("dfs.ha.namenodes.prod", "nn1, nn2"),
            ("dfs.namenode.http-address.prod.nn1", "h1:9870"), ("dfs.namenode.http-address.prod.nn2", "h2:9871"));
        Assert.That(Of("hdfs://prod/logs", null, hadoop), Is.EqualTo("http://h1:9870 http://h2:9871"));
        Assert.That(() => Of("hdfs://other/logs", null, hadoop), Throws.TypeOf<FormatException>().With.Message.Contains("dfs.namenode.http-address.other"));
    }

    [Test]
    public void A_cluster_that_wants_TLS_gets_it()
    {
        using var folder = new TempFolder();
        var hadoop = Hadoop(folder, ("dfs.nameservices", "prod"), ("dfs.http.policy", "HTTPS_ONLY"), ("dfs.namenode.https-address.prod", "h1:9871"));
        Assert.That(Of("hdfs://prod/logs", null, hadoop), Is.EqualTo("https://h1:9871"));
        Assert.That(Of("hdfs:///logs", null, hadoop), Is.EqualTo("https://h1:9871"), "the default file system");
    }

    [Test]
    public void Nonsense_is_refused([Values("nn:port", "http://nn/path", "user@nn:1")] string address) =>
        Assert.That(() => Of("hdfs://prod/logs", address), Throws.TypeOf<FormatException>().With.Message.Contains("is no address of a name node"));
}
