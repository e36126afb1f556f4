using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Components.Interceptors;
using Flafka.Dataflow.Components.Selectors;
using Flafka.Dataflow.Components.SinkProcessors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What a whole agent costs over two bare blocks that pass the same batches on.</summary>
internal static class EngineBenchmark
{
    private const int Batches = 100_000;
    private const int BatchSize = 100;

    public static IEnumerable<BenchmarkRow> Run()
    {
        var events = Enumerable.Range(0, BatchSize).Select(_ => new FlumeEvent(new byte[500])).ToImmutableArray();
        var marked = events.Select(e => e.WithHeaders(EventHeaders.Empty.Set("dc", "eu1"))).ToImmutableArray();
        yield return Row("engine: no interceptor, memory channel, counting sink", events, null, () => Agent(events, [], TaskScheduler.Default));
        yield return Row("engine: static interceptor that finds its header set", marked, null, () => Agent(marked, [Static()], TaskScheduler.Default));
        yield return Row("engine: static interceptor that sets its header, as in the bare blocks", events, Static(), () => Agent(events, [Static()], TaskScheduler.Default));
        var (ours, unbounded) = Measure.Pair(() => Agent(marked, [Static()], TaskScheduler.Default), () => Unbounded(marked));
        yield return new BenchmarkRow(
            "engine: the same against blocks without any bound", Rate(ours.Seconds), $"unbounded blocks {Rate(unbounded.Seconds)}", unbounded.Seconds / ours.Seconds);
        using var one = new OneThreadScheduler();
        var (own, shared) = Measure.Pair(() => Agent(events, [Static()], one), () => Agent(events, [Static()], TaskScheduler.Default));
        yield return new BenchmarkRow("engine: a scheduler of one thread against the thread pool", Rate(own.Seconds), Rate(shared.Seconds), shared.Seconds / own.Seconds);
    }

    private static BenchmarkRow Row(string name, ImmutableArray<FlumeEvent> events, IInterceptor? interceptor, Action agent)
    {
        var (ours, bare) = Measure.Pair(agent, () => BareAsync(events, interceptor).GetAwaiter().GetResult());
        return new BenchmarkRow(
            name,
            $"{Rate(ours.Seconds)}, {ours.Bytes / (double)(Batches * BatchSize):0.0} B/event",
            $"bare blocks {Rate(bare.Seconds)}, {bare.Bytes / (double)(Batches * BatchSize):0.0} B/event",
            bare.Seconds / ours.Seconds);
    }

    private static string Rate(double seconds) => (Batches * BatchSize / seconds / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " M events/s";

    private static StaticInterceptor Static() => new(new StaticInterceptorOptions { Key = "dc", Value = "eu1" });

    // Bounded like an agent: as many batches on the way as the agent's channel holds.
    private static async Task BareAsync(ImmutableArray<FlumeEvent> events, IInterceptor? interceptor)
    {
        var bounded = new ExecutionDataflowBlockOptions { BoundedCapacity = 100 };
        var buffer = new BufferBlock<EventBatch>(bounded);
        var action = interceptor is null
            ? new ActionBlock<EventBatch>(static batch => batch.Receipt.Settle(Settlement.Delivered), bounded)
            : new ActionBlock<EventBatch>(
                async batch =>
                {
                    await interceptor.InterceptAsync(batch.Events, CancellationToken.None);
                    batch.Receipt.Settle(Settlement.Delivered);
                },
                bounded);
        buffer.LinkTo(action, new DataflowLinkOptions { PropagateCompletion = true });
        for (var i = 0; i < Batches; i++)
        {
            await buffer.SendAsync(new EventBatch(events, Receipt.Create(static _ => { })));
        }

        buffer.Complete();
        await action.Completion;
    }

    private static void Unbounded(ImmutableArray<FlumeEvent> events)
    {
        var done = new TaskCompletionSource();
        var count = 0;
        var buffer = new BufferBlock<EventBatch>();
        var action = new ActionBlock<EventBatch>(batch =>
        {
            batch.Receipt.Settle(Settlement.Delivered);
            if (++count == Batches)
            {
                done.SetResult();
            }
        });
        buffer.LinkTo(action);
        for (var i = 0; i < Batches; i++)
        {
            buffer.Post(new EventBatch(events, Receipt.Create(static _ => { })));
        }

        done.Task.GetAwaiter().GetResult();
    }

    private static void Agent(ImmutableArray<FlumeEvent> events, ImmutableArray<IInterceptor> interceptors, TaskScheduler scheduler)
    {
        var runtime = new AgentRuntime(TimeProvider.System, scheduler);
        var builder = new AgentGraphBuilder(runtime, "a1", NullLoggerFactory.Instance);
        var sink = new CountingSink(Batches * BatchSize);
        builder.AddChannel("c1", new MemoryChannel(new MemoryChannelOptions { Capacity = 10_000, TransactionCapacity = BatchSize }, runtime, new MemoryBudget(1L << 30)));
        builder.AddSource("r1", new BatchSource(events), interceptors, new ReplicatingSelector(new ReplicatingSelectorOptions()), [("c1", false)]);
        builder.AddEgress("c1", new DefaultSinkProcessor(), [("k1", () => sink, false)], BatchSize);
        var graph = builder.Build();
        RunAsync(graph, sink).GetAwaiter().GetResult();
    }

    private static async Task RunAsync(AgentGraph graph, CountingSink sink)
    {
        await graph.StartAsync(CancellationToken.None);
        await sink.Done;
        await graph.DisposeAsync();
    }

    private sealed class BatchSource(ImmutableArray<FlumeEvent> events) : ISource
    {
        public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
        {
            for (var i = 0; i < Batches; i++)
            {
                await output.SendAsync(new EventBatch(events, Receipt.Create(static _ => { })), stopping);
            }
        }
    }

    private sealed class CountingSink(long expected) : ISink
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _count;

        public Task Done => _done.Task;

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            _count += events.Length;
            if (_count == expected)
            {
                _done.SetResult();
            }

            return Task.CompletedTask;
        }
    }

    private sealed class OneThreadScheduler : TaskScheduler, IDisposable
    {
        private readonly BlockingCollection<Task> _tasks = [];
        private readonly Thread _thread;

        public OneThreadScheduler()
        {
            _thread = new Thread(() =>
            {
                foreach (var task in _tasks.GetConsumingEnumerable())
                {
                    TryExecuteTask(task);
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _tasks.CompleteAdding();
            _thread.Join();
            _tasks.Dispose();
        }

        protected override void QueueTask(Task task) => _tasks.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _tasks;
    }
}
