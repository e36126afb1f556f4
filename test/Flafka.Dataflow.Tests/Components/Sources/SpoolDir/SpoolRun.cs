using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

/// <summary>One simulated run of spooldir -> memory -> a sink that collects.</summary>
internal sealed class SpoolRun(SpoolFolder folder, SpoolDirSourceOptions options, int seed = 1)
{
    private readonly SimulatedScheduler _scheduler = new(seed);

    public CollectingSink Sink { get; } = new();

    public RecordingLoggers Logs { get; } = new();

    public Func<IStorage, IStorage> Disk { get; init; } = static storage => storage;

    public Func<CollectingSink, AgentRuntime, IComponent> NewSink { get; init; } = static (sink, _) => sink;

    public IInterceptor[] Interceptors { get; init; } = [];

    public int Capacity { get; init; } = 1000;

    /// <summary>Most events that the sink gets at once.</summary>
    public int SinkBatch { get; init; } = 100;

    public AgentGraph Graph { get; private set; } = null!;

    public AgentRuntime Runtime => _scheduler.Runtime;

    public IEnumerable<string> Texts => Sink.Texts;

    public string? Problem => Graph.Health.Single(health => health.Id.Kind == ComponentKind.Source).Problem;

    public long Count(FlumeCounter counter) => Graph.Counters.Single(counters => counters.Id.Kind == ComponentKind.Source)[counter];

    /// <summary>Runs until idle, then stops.</summary>
    public SpoolRun UntilIdle()
    {
        Run(UntilIdleAsync);
        return this;
    }

    /// <summary>Starts, does something, and stops.</summary>
    public SpoolRun Run(Func<Task> during)
    {
        UntilKilled(async () =>
        {
            await during();
            await Graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        return this;
    }

    /// <summary>Starts and does something; then everything ends as if the process were killed.</summary>
    public void UntilKilled(Func<Task> during) => _scheduler.Run(
        async () =>
        {
            var source = folder.NewSource(Runtime, options, Disk(new LocalStorage(Runtime)), Logs);
            Graph = new SimulatedGraph(Runtime, Logs)
                .Memory("c1", Capacity, transactionCapacity: Math.Min(Capacity, 100))
                .Source("r1", source, [.. Interceptors], new ReplicateToAll(), ("c1", true))
                .Sink("k1", "c1", () => NewSink(Sink, Runtime), SinkBatch)
                .Build();
            await Graph.StartAsync(CancellationToken.None);
            await during();
        },
        5_000_000);

    public async Task UntilIdleAsync() => await UntilAsync(() => Graph.IsIdle);

    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await PassAsync(0.05);
        }
    }

    public Task PassAsync(double seconds) => Runtime.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);
}
