using System.Collections.Immutable;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>A sink on a folder of its own, in simulated time.</summary>
internal sealed class HdfsBench : IDisposable
{
    public HdfsBench(int seed = 1)
    {
        Scheduler = new SimulatedScheduler(seed);
        Storage = new ScriptedDisk(new LocalStorage(Scheduler.Runtime));
    }

    public SimulatedScheduler Scheduler { get; }

    public TempFolder Folder { get; } = new();

    public ScriptedDisk Storage { get; }

    /// <summary>What the counters of the first files begin at.</summary>
    public static long Start => ManualTimeProvider.Start.ToUnixTimeMilliseconds();

    public string Output => Folder["out"];

    public string LedgerPath => Folder["state/a1/k1.files"];

    /// <summary>The owner that the ledger names.</summary>
    public string Owner => File.ReadLines(LedgerPath).First().Split('\t')[1];

    /// <summary>Options with every roll switched off.</summary>
    public HdfsSinkOptions Options(
        string path = "", string prefix = "FlumeData", long count = 0, long size = 0, double interval = 0, double idle = 0, int maxOpen = 5000,
        int closeTries = 0, double retry = 180, SyncMode sync = SyncMode.None, string inUsePrefix = "", string inUseSuffix = ".tmp",
        bool emptySuffix = false, string suffix = "", Func<IEventSerializer>? serializer = null,
        HdfsFileType type = HdfsFileType.DataStream, string? codec = null, string writeFormat = "Writable",
        CommitMode commit = CommitMode.Auto, string? root = null, int batch = 100, double callTimeout = 30) => new()
        {
            Path = (root ?? Output) + path,
            Commit = commit,
            BatchSize = batch,
            CallTimeout = TimeSpan.FromSeconds(callTimeout),
            FilePrefix = prefix,
            FileSuffix = suffix,
            InUsePrefix = inUsePrefix,
            InUseSuffix = inUseSuffix,
            EmptyInUseSuffix = emptySuffix,
            RollCount = count,
            RollSize = size,
            RollInterval = TimeSpan.FromSeconds(interval),
            IdleTimeout = TimeSpan.FromSeconds(idle),
            MaxOpenFiles = maxOpen,
            CloseTries = closeTries,
            RetryInterval = TimeSpan.FromSeconds(retry),
            FileType = type,
            Codec = codec,
            WriteFormat = writeFormat,
            TimeZone = "UTC",
            Sync = sync,
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "lines", _ => serializer?.Invoke() ?? new LineSerializer()),
            StateDirectory = Folder["state"],
        };

    public HdfsSink Sink(HdfsSinkOptions options, string name = "k1") => Sink(options, Scheduler.Runtime, Storage, Cluster, name);

    /// <summary>A sink on real threads.</summary>
    public static HdfsSink Sink(HdfsSinkOptions options, AgentRuntime runtime, ScriptedCluster cluster) => Sink(options, runtime, new LocalStorage(runtime), cluster, "k1");

    private static HdfsSink Sink(HdfsSinkOptions options, AgentRuntime runtime, IStorage storage, ScriptedCluster cluster, string name) => new(
        options, new ComponentContext(new ComponentId("a1", ComponentKind.Sink, name), NullLoggerFactory.Instance, runtime, new NoServices()), storage, NullLogger<HdfsSink>.Instance)
    {
        NewHandler = _ => cluster,
    };

    /// <summary>What paths that begin with <see cref="ScriptedCluster.Root"/> lead to.</summary>
    public ScriptedCluster Cluster => _cluster ??= new ScriptedCluster(Scheduler.Runtime.Time);

    private ScriptedCluster? _cluster;

    /// <summary>Both write to one cluster, one after the other.</summary>
    public void ShareClusterOf(HdfsBench other) => _cluster = other.Cluster;

    /// <summary>Runs a test with a started sink, which is stopped at the end.</summary>
    public void Run(HdfsSinkOptions options, Func<HdfsSink, Task> test) => Scheduler.Run(async () =>
    {
        var sink = Sink(options);
        await sink.StartAsync(CancellationToken.None);
        await test(sink);
        await sink.StopAsync(CancellationToken.None);
    });

    /// <summary>Waits until every event of a lease is committed or given back.</summary>
    public async Task Settled(Lease lease)
    {
        for (var i = 0; i < 3000 && !lease.IsSettled; i++)
        {
            await Wait(0.1);
        }

        NUnit.Framework.Assert.That(lease.IsSettled, NUnit.Framework.Is.True, "within five minutes");
    }

    public Task Wait(double seconds) => Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);

    public static ImmutableArray<FlumeEvent> Events(params ReadOnlySpan<string> bodies) => Events(EventHeaders.Empty, bodies);

    public static ImmutableArray<FlumeEvent> Events(EventHeaders headers, params ReadOnlySpan<string> bodies)
    {
        var events = ImmutableArray.CreateBuilder<FlumeEvent>();
        foreach (var body in bodies)
        {
            events.Add(FlumeEvent.FromText(body, headers));
        }

        return events.DrainToImmutable();
    }

    public static ImmutableArray<FlumeEvent> Repeat(string body, int count) => [.. Enumerable.Range(0, count).Select(_ => FlumeEvent.FromText(body))];

    /// <summary>Names below the output folder, sorted, with the start taken off the counters and the owner replaced.</summary>
    public IReadOnlyList<string> Names()
    {
        if (!Directory.Exists(Output))
        {
            return [];
        }

        var owner = Owner;
        return [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Output, path).Replace("." + owner, ".OWNER", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Contents by the order of names.</summary>
    public IReadOnlyList<string> Contents() => [.. Files().Select(File.ReadAllText)];

    /// <summary>Paths by the order of names.</summary>
    public IReadOnlyList<string> Files() => [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Events per file, by the order of names.</summary>
    public IReadOnlyList<int> Counts() => [.. Contents().Select(static text => text.Count(static c => c == '\n'))];

    public void Dispose() => Folder.Dispose();

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
