using System.Collections.Immutable;
using System.Globalization;
using Confluent.Kafka;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Components.Selectors;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Components.SinkProcessors;
using Flafka.Dataflow.Kafka;
using Flafka.Dataflow.Storage.Hdfs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What an agent on a real broker costs over a loop around the same client library.</summary>
internal static class KafkaBenchmark
{
    private const int Records = 1_000_000;
    private const int BodySize = 500;
    private const int BatchSize = 1000;
    private const int Partitions = 4;
    private const int Rounds = 3;

    private static int _number;

    public static IEnumerable<BenchmarkRow> Source() => OnBroker(Consume, isFilled: true);

    public static IEnumerable<BenchmarkRow> Sink() => OnBroker(Write);

    public static IEnumerable<BenchmarkRow> File() => OnBroker(ToFile, isFilled: true);

    private static IEnumerable<BenchmarkRow> OnBroker(Func<string, BenchmarkRow> run, bool isFilled = false)
    {
        using var broker = new BenchmarkBroker();
        foreach (var topic in new[] { "filled", "written" })
        {
            broker.CreateTopic(topic, Partitions);
        }

        if (isFilled)
        {
            Produce(broker.Servers, "filled");
        }

        yield return run(broker.Servers);
    }

    private static BenchmarkRow Consume(string servers)
    {
        var (ours, bare) = Measure.Pair(
            () => ConsumeAsync(servers, (_, done) => new CountingSink(done)).GetAwaiter().GetResult(),
            () => Consume(servers, static _ => { }),
            Rounds);
        return new BenchmarkRow(
            "kafka: source -> memory channel -> nothing",
            $"{Rate(ours.Seconds)}, {ours.Bytes / (double)Records:0} B/event", $"bare consume loop {Rate(bare.Seconds)}, {bare.Bytes / (double)Records:0} B/event", bare.Seconds / ours.Seconds);
    }

    private static BenchmarkRow Write(string servers)
    {
        var events = Enumerable.Range(0, BatchSize).Select(_ => new FlumeEvent(new byte[BodySize])).ToImmutableArray();
        var (ours, bare) = Measure.Pair(() => WriteAsync(servers, events).GetAwaiter().GetResult(), () => Produce(servers, "written"), Rounds);
        return new BenchmarkRow("kafka: memory channel -> sink", Rate(ours.Seconds), $"bare producer with delivery handlers {Rate(bare.Seconds)}", bare.Seconds / ours.Seconds);
    }

    private static BenchmarkRow ToFile(string servers)
    {
        var folder = Directory.CreateTempSubdirectory("flafka-bench-").FullName;
        try
        {
            var (ours, bare) = Measure.Pair(
                () => ConsumeAsync(servers, (runtime, done) => new CountingSink(done, Hdfs(runtime, Path.Combine(folder, $"{_number}")))).GetAwaiter().GetResult(),
                () =>
                {
                    using var file = new FileStream(Path.Combine(folder, $"bare-{_number}"), FileMode.CreateNew);
                    Consume(servers, body =>
                    {
                        file.Write(body);
                        file.WriteByte((byte)'\n');
                    });
                },
                Rounds);
            return new BenchmarkRow("kafka: source -> memory channel -> hdfs sink on the local disk", Rate(ours.Seconds), $"bare loop that writes the same bytes {Rate(bare.Seconds)}", bare.Seconds / ours.Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Consume(string servers, Action<byte[]> take)
    {
        using var consumer = New(servers, "filled");
        for (var count = 0; count < Records; count++)
        {
            take(consumer.Consume().Message.Value);
        }

        consumer.Close();
    }

    internal static IConsumer<Null, byte[]> New(string servers, string topic)
    {
        var consumer = new ConsumerBuilder<Null, byte[]>(
            new ConsumerConfig { BootstrapServers = servers, GroupId = $"bare-{Interlocked.Increment(ref _number)}", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Subscribe(topic);
        return consumer;
    }

    private static void Produce(string servers, string topic)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers, Acks = Acks.Leader }).Build();
        var body = new byte[BodySize];
        var confirmed = 0;
        for (var count = 0; count < Records;)
        {
            try
            {
                producer.Produce(topic, new Message<Null, byte[]> { Value = body }, report => _ = report.Error.IsError ? 0 : Interlocked.Increment(ref confirmed));
                count++;
            }
            catch (ProduceException<Null, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System).Wait();
            }
        }

        producer.Flush();
        if (confirmed != Records)
        {
            throw new InvalidOperationException($"{confirmed} records were written.");
        }
    }

    private static async Task ConsumeAsync(string servers, Func<AgentRuntime, TaskCompletionSource, ISink> newSink)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new AgentGraphBuilder(AgentRuntime.System, "a1", Problems.Instance);
        builder.AddChannel("c1", Memory());
        builder.AddSource("r1", NewSource(servers, "filled"), [], new ReplicatingSelector(new ReplicatingSelectorOptions()), [("c1", true)]);
        builder.AddEgress("c1", new DefaultSinkProcessor(), [("k1", () => newSink(AgentRuntime.System, done), false)], BatchSize);
        await using var graph = builder.Build();
        await graph.StartAsync(CancellationToken.None);
        await done.Task;
        await graph.StopAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task WriteAsync(string servers, ImmutableArray<FlumeEvent> events)
    {
        var source = new BatchSource(events);
        var sink = new KafkaSink(new KafkaSinkOptions { BootstrapServers = servers, Topic = "written", BatchSize = BatchSize }, Context(ComponentKind.Sink, "k1"));
        var builder = new AgentGraphBuilder(AgentRuntime.System, "a1", Problems.Instance);
        builder.AddChannel("c1", Memory());
        builder.AddSource("r1", source, [], new ReplicatingSelector(new ReplicatingSelectorOptions()), [("c1", true)]);
        builder.AddEgress("c1", new DefaultSinkProcessor(), [("k1", () => sink, false)], BatchSize);
        await using var graph = builder.Build();
        await graph.StartAsync(CancellationToken.None);
        await source.Delivered;
        await graph.StopAsync(TimeSpan.FromSeconds(10));
    }

    internal static MemoryChannel Memory() =>
        new(new MemoryChannelOptions { Capacity = 100_000, TransactionCapacity = BatchSize }, AgentRuntime.System, new MemoryBudget(1L << 30));

    internal static KafkaSource NewSource(string servers, string topic) => new(
        new KafkaSourceOptions
        {
            BootstrapServers = servers,
            Topics = [topic],
            GroupId = $"ours-{Interlocked.Increment(ref _number)}",
            Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "earliest" },
        },
        Context(ComponentKind.Source, "r1"));

    private static HdfsSink Hdfs(AgentRuntime runtime, string folder) => new(
        new HdfsSinkOptions
        {
            Path = $"file:{folder}",
            StateDirectory = $"{folder}.state",
            FileType = HdfsFileType.DataStream,
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "TEXT", static _ => new TextSerializer(new TextSerializerOptions())),
            RollInterval = TimeSpan.Zero,
            RollSize = 0,
            RollCount = 0,
            BatchSize = BatchSize,
        },
        Context(ComponentKind.Sink, "k1"), new LocalStorage(runtime), NullLogger<HdfsSink>.Instance);

    internal static ComponentContext Context(ComponentKind kind, string name) =>
        new(new ComponentId("a1", kind, name), Problems.Instance, AgentRuntime.System, new NoServices());

    private static string Rate(double seconds) => (Records / seconds / 1e3).ToString("0", CultureInfo.InvariantCulture) + " k events/s";

    /// <summary>Ends the run when it, or the sink behind it, has all records.</summary>
    private sealed class CountingSink(TaskCompletionSource done, ISink? inner = null) : ISink
    {
        private int _count;

        public Task StartAsync(CancellationToken abort) => inner?.StartAsync(abort) ?? Task.CompletedTask;

        public Task StopAsync(CancellationToken abort) => inner?.StopAsync(abort) ?? Task.CompletedTask;

        public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            if (inner is not null)
            {
                await inner.WriteAsync(events, abort);
            }

            _count += events.Length;
            if (_count == Records)
            {
                done.SetResult();
            }
        }
    }

    private sealed class BatchSource(ImmutableArray<FlumeEvent> events) : ISource
    {
        private readonly TaskCompletionSource _delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = Records / BatchSize;

        public Task Delivered => _delivered.Task;

        public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
        {
            for (var sent = 0; sent < Records / BatchSize; sent++)
            {
                await output.SendAsync(new EventBatch(events, Receipt.Create(OnSettled)), stopping);
            }
        }

        private void OnSettled(Settlement settlement)
        {
            if (!settlement.IsDelivered)
            {
                _delivered.TrySetException(new InvalidOperationException("A batch was rejected."));
            }
            else if (Interlocked.Decrement(ref _left) == 0)
            {
                _delivered.TrySetResult();
            }
        }
    }

    /// <summary>A run that fails would wait for ever in silence.</summary>
    internal sealed class Problems : ILoggerFactory, ILogger
    {
        public static readonly Problems Instance = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Console.Error.WriteLine(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
