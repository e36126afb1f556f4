namespace Flafka.Dataflow.TestKit;

/// <summary>A real HDFS for one run of tests, the one that <c>scripts/hdfs.sh</c> finds or starts.</summary>
public sealed class RealHdfs : RealServer
{
    /// <summary>Why tests are skipped without one.</summary>
    public const string Missing = "needs an HDFS: set FLAFKA_TEST_WEBHDFS=HOST:PORT, or HADOOP_PEER";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    // What a commit of blocks waits for is two calls; Hadoop's pause between them is made for larger clusters.
    private static readonly string[] Settings = ["dfs.client.block.write.locateFollowingBlock.initial.delay.ms=10"];

    private RealHdfs()
        : base("hdfs.sh", "FLAFKA_HADOOP_DIR", Limit)
    {
    }

    /// <summary>What paths begin with, for example <c>webhdfs://127.0.0.1:9870</c>.</summary>
    public string Root => Address;

    /// <summary>Whether its nodes may be killed and its files looked at: it is none of the user's.</summary>
    public bool IsOwn => Environment.GetEnvironmentVariable("FLAFKA_TEST_WEBHDFS") is not { Length: > 0 };

    /// <summary>The authority behind the certificate of one that was started, in PEM; it names 127.0.0.1.</summary>
    public string CaFile => Path.Combine(Folder, "conf", "ca.pem");

    /// <summary>The same as <see cref="Root"/> over TLS, of one that was started.</summary>
    public string SecureRoot
    {
        get
        {
            using var http = new HttpClient { Timeout = Limit };
            var setting = http.GetStringAsync(new Uri(NameNode, "/conf?name=dfs.namenode.https-address")).GetAwaiter().GetResult();
            var port = setting[..setting.IndexOf("</value>", StringComparison.Ordinal)];
            return $"swebhdfs://{NameNode.Host}{port[port.LastIndexOf(':')..]}";
        }
    }

    /// <summary>The name node's HTTP address.</summary>
    public Uri NameNode => new(Root.Replace("webhdfs:", "http:", StringComparison.Ordinal));

    /// <summary>Finds or starts one; <see langword="null"/> when there is none to be had.</summary>
    /// <param name="settings">Settings of Hadoop, <c>key=value</c>, for one that is started.</param>
    /// <param name="javaOptions">Arguments of its Java machines.</param>
    public static RealHdfs? TryStart(IEnumerable<string>? settings = null, string javaOptions = "")
    {
        var hdfs = new RealHdfs { Variables = { ["FLAFKA_HADOOP_JAVA_OPTS"] = javaOptions } };
        var all = ServerCertificate.Write(Path.Combine(hdfs.Folder, "conf")).Concat(Settings).Concat(settings ?? []);
        return hdfs.Begin([.. all.SelectMany(static setting => new[] { "--set", setting })]) ? hdfs : null;
    }

    /// <summary>A folder of its own for a test, as a path there.</summary>
    public string NewFolder() => "/" + NewName();
}
