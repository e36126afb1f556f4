using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>A file channel on a disk that a test breaks, with a sink that keeps what it is lent.</summary>
internal sealed class FileChannelBench
{
    public FileChannelBench() => Disk = Simulated;

    public SimulatedScheduler Scheduler { get; } = new(17);

    public SimulatedStorage Simulated { get; } = new();

    /// <summary>What the channel is given; the simulated disk unless a test puts another one here.</summary>
    public IStorage Disk { get; set; }

    public RecordingLoggers Loggers { get; } = new();

    public List<Lease> Leases { get; } = [];

    public FileChannelOptions Options { get; init; } = new() { Capacity = 10_000, TransactionCapacity = 1000, DataDirs = ["/d/data"], CheckpointDir = "/d/checkpoint", MaxFileSize = 4096 };

    public Func<LogSettings, LogSettings> Change { get; init; } = static settings => settings;

    public IEnumerable<string> Segments => Simulated.Files.Where(file => Segment.NumberOf(file) is not null);

    public void Run(Func<Task> test) => Scheduler.Run(test);

    public FileChannel New() => New(Scheduler.Runtime);

    public FileChannel New(AgentRuntime runtime)
    {
        var id = new ComponentId("a1", ComponentKind.Channel, "c1");
        return new FileChannel(Options, Disk, new ComponentContext(id, Loggers, runtime, new NoServices()), Loggers.For<FileChannel>()) { Settings = Change(Options.Settings(id)) };
    }

    public async Task<FileChannel> StartAsync()
    {
        var channel = New();
        await channel.StartAsync(CancellationToken.None);
        return channel;
    }

    /// <summary>Puts events <c>e(first)</c> and so on, and does not wait; the outcome says what the source is told.</summary>
    public static Task<Settlement> Put(FileChannel channel, int first, int count = 1, string padding = "") =>
        Put(channel, [.. Enumerable.Range(first, count).Select(number => FlumeEvent.FromText($"e{number}{padding}"))]);

    public static async Task<Settlement> Put(FileChannel channel, ImmutableArray<FlumeEvent> events)
    {
        var outcome = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var batch = new EventBatch(events, Receipt.Create(outcome.SetResult)) { SettleWhenStored = true };
        if (!await channel.PutAsync(batch, PutMode.Wait, CancellationToken.None))
        {
            batch.Receipt.Settle(Settlement.Rejected(new ChannelFullException("refused")));
        }

        return await outcome.Task;
    }

    public Task WaitAsync(double seconds) => Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);

    public IChannelFeed Connect(FileChannel channel, int maxEvents = 1000, int window = 1) =>
        channel.Connect(new ActionBlock<Lease>(Leases.Add, new ExecutionDataflowBlockOptions { TaskScheduler = Scheduler }), new FeedOptions(maxEvents, window));

    /// <summary>Commits all that the channel lends until it lends nothing for a while.</summary>
    public async Task<List<string>> TakeAllAsync(FileChannel channel, int maxEvents = 1000)
    {
        var (texts, seen) = (new List<string>(), Leases.Count);
        var feed = Connect(channel, maxEvents);
        await WaitAsync(0.1);
        while (seen < Leases.Count)
        {
            for (; seen < Leases.Count; seen++)
            {
                var lease = Leases[seen];
                texts.AddRange(lease.Events.Select(static flumeEvent => flumeEvent.ToString()));
                lease.TryBegin();
                lease.Feed!.OnBegun(lease);
                lease.Commit();
                lease.Feed.OnHandlerEnded(lease);
                await Task.Yield();
            }

            await WaitAsync(0.1);
        }

        await feed.DisconnectAsync();
        return texts;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
