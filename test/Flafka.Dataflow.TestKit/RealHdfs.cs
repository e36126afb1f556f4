using System.Diagnostics;

namespace Flafka.Dataflow.TestKit;

/// <summary>A real HDFS for one run of tests, the one that <c>scripts/hdfs.sh</c> finds or starts.</summary>
public sealed class RealHdfs : IDisposable
{
    /// <summary>Why tests are skipped without one.</summary>
    public const string Missing = "needs an HDFS: set FLAFKA_TEST_WEBHDFS=HOST:PORT, or HADOOP_PEER";

    private const int NoHdfs = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string _script;
    private readonly TempFolder _folder;
    private int _number;

    private RealHdfs(string root, string script, TempFolder folder) => (Root, _script, _folder) = (root, script, folder);

    // What a commit of blocks waits for is two calls; Hadoop's pause between them is made for larger clusters.
    private static readonly string[] Settings = ["dfs.client.block.write.locateFollowingBlock.initial.delay.ms=10"];

    /// <summary>What paths begin with, for example <c>webhdfs://127.0.0.1:9870</c>.</summary>
    public string Root { get; }

    /// <summary>Whether its nodes may be killed and its files looked at: it is none of the user's.</summary>
    public bool IsOwn => Environment.GetEnvironmentVariable("FLAFKA_TEST_WEBHDFS") is not { Length: > 0 };

    /// <summary>The authority behind the certificate of one that was started, in PEM; it names 127.0.0.1.</summary>
    public string CaFile => _folder["hdfs/conf/ca.pem"];

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
        var script = Script();
        var folder = new TempFolder();
        var (code, output) = Run(
            script, folder["hdfs"], ["start", .. ServerCertificate.Write(folder["hdfs/conf"]).Concat(Settings).Concat(settings ?? []).SelectMany(static setting => new[] { "--set", setting })], javaOptions);
        if (code == NoHdfs)
        {
            folder.Dispose();
            return null;
        }

        return code == 0
            ? new RealHdfs(output.Trim().Split('\n')[^1].Trim(), script, folder)
            : throw new InvalidOperationException("scripts/hdfs.sh start failed.");
    }

    /// <summary>A folder of its own for a test, as a path there.</summary>
    public string NewFolder() => $"/flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";

    /// <summary>Runs a command of <c>scripts/hdfs.sh</c>.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Do(params string[] arguments) => Run(_script, _folder["hdfs"], arguments) is (0, var output)
        ? output
        : throw new InvalidOperationException($"scripts/hdfs.sh {string.Join(' ', arguments)} failed.");

    /// <summary>Ends it and deletes its data.</summary>
    public void Dispose()
    {
        Do("stop");
        _folder.Dispose();
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flafka.Dataflow.sln")))
            {
                return Path.Combine(folder.FullName, "scripts", "hdfs.sh");
            }
        }

        throw new InvalidOperationException("The tests run outside of the project.");
    }

    private static (int Code, string Output) Run(string script, string folder, string[] arguments, string javaOptions = "")
    {
        using var process = Process.Start(new ProcessStartInfo(script, arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["FLAFKA_HADOOP_DIR"] = folder, ["FLAFKA_HADOOP_JAVA_OPTS"] = javaOptions },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{script} {string.Join(' ', arguments)} did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult());
    }
}
