using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Flafka.Dataflow.Components.Interceptors;
using Flafka.Dataflow.Components.Selectors;
using Flafka.Dataflow.Components.SinkProcessors;
using Flafka.Dataflow.Kafka;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>
/// How long a record takes from the call of a producer to a consumer, 1,000 a second: through an agent, and through a loop around the same client library.
/// Beside each the way of the same records without anything between.
/// </summary>
internal static class KafkaLatencyBenchmark
{
    private const double Goal = 20; // ms
    private const int Records = 20_000;
    private const int Rounds = 3;
    private const int BodySize = 500;

    public static IEnumerable<BenchmarkRow> Run() => RunAsync().GetAwaiter().GetResult();

    // In turns, as a broker that has just started is slower; the best round of each counts.
    private static async Task<BenchmarkRow[]> RunAsync()
    {
        using var broker = new BenchmarkBroker();
        Latency? agent = null, loop = null;
        for (var round = 0; round < Rounds; round++)
        {
            loop = Best(loop, await MeasureAsync(broker, $"loop-{round}", StartLoopAsync));
            agent = Best(agent, await MeasureAsync(broker, $"agent-{round}", StartAgentAsync));
        }

        return
        [
            new BenchmarkRow(
                "kafka: source -> interceptor -> sink at 1,000 events/s", agent!.Text, $"a bare loop of consume and produce {loop!.Text}", loop.P99 / agent.P99),
            new BenchmarkRow("kafka: the same, as a share of 20 ms", agent.Text, $"nothing between {agent.Direct}", Goal / agent.P99),
        ];
    }

    private static Latency Best(Latency? before, Latency now) => before is null || now.P99 < before.P99 ? now : before;

    private static async Task<Latency> MeasureAsync(BenchmarkBroker broker, string name, Func<string, string, string, Task<IAsyncDisposable>> start)
    {
        var (from, to) = ($"{name}-from", $"{name}-to");
        broker.CreateTopic(from, 1);
        broker.CreateTopic(to, 1);
        await using var between = await start(broker.Servers, from, to);
        var begin = new StrongBox<long>(long.MaxValue);
        using var ready = new CountdownEvent(2);

        // Threads of their own: a blocked one of the pool would be missing to the agent.
        var through = Task.Factory.StartNew(() => Latencies(broker.Servers, to, ready, begin), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var direct = Task.Factory.StartNew(() => Latencies(broker.Servers, from, ready, begin), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using (var producer = NewProducer(broker.Servers, lingerMs: 0))
        {
            while (!ready.IsSet)
            {
                Send(producer, from);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }

            var started = Stopwatch.GetTimestamp();
            for (var sent = 0; !through.IsCompleted || !direct.IsCompleted;)
            {
                for (var due = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds; sent < due; sent++)
                {
                    Send(producer, from);
                }

                if (sent > 10_000 && begin.Value == long.MaxValue)
                {
                    Volatile.Write(ref begin.Value, Stopwatch.GetTimestamp()); // compiled and warm, the broker too
                }

                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }

        var (mine, other) = (await through, await direct);
        return new Latency(Text(mine), At(mine, 0.99), Text(other));
    }

    private static async Task<IAsyncDisposable> StartAgentAsync(string servers, string from, string to)
    {
        var sink = new KafkaSink(
            new KafkaSinkOptions { BootstrapServers = servers, Topic = to, AllowTopicOverride = false }, KafkaBenchmark.Context(ComponentKind.Sink, "k1"));
        var interceptor = new StaticInterceptor(new StaticInterceptorOptions { Key = "dc", Value = "eu1" });
        var builder = new AgentGraphBuilder(AgentRuntime.System, "a1", KafkaBenchmark.Problems.Instance);
        builder.AddChannel("c1", KafkaBenchmark.Memory());
        builder.AddSource("r1", KafkaBenchmark.NewSource(servers, from), [interceptor], new ReplicatingSelector(new ReplicatingSelectorOptions()), [("c1", true)]);
        builder.AddEgress("c1", new DefaultSinkProcessor(), [("k1", () => sink, false)], 100);
        var graph = builder.Build();
        await graph.StartAsync(CancellationToken.None);
        return graph;
    }

    private static Task<IAsyncDisposable> StartLoopAsync(string servers, string from, string to) => Task.FromResult<IAsyncDisposable>(new Loop(servers, from, to));

    private static IProducer<Null, byte[]> NewProducer(string servers, double lingerMs) =>
        new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers, LingerMs = lingerMs }).Build();

    private static void Send(IProducer<Null, byte[]> producer, string topic)
    {
        var body = new byte[BodySize];
        BitConverter.TryWriteBytes(body, Stopwatch.GetTimestamp());
        producer.Produce(topic, new Message<Null, byte[]> { Value = body });
    }

    private static double[] Latencies(string servers, string topic, CountdownEvent ready, StrongBox<long> begin)
    {
        using var consumer = KafkaBenchmark.New(servers, topic);
        var times = new List<double>(Records);
        for (var isReady = false; times.Count < Records;)
        {
            var sent = BitConverter.ToInt64(consumer.Consume().Message.Value);
            if (!isReady)
            {
                isReady = true;
                ready.Signal();
            }

            if (sent >= Volatile.Read(ref begin.Value))
            {
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }

        consumer.Close();
        times.Sort();
        return [.. times];
    }

    private static string Text(double[] times) => string.Create(
        CultureInfo.InvariantCulture, $"p50 {At(times, 0.5):0.0} ms, p90 {At(times, 0.9):0.0} ms, p99 {At(times, 0.99):0.0} ms, longest {times[^1]:0} ms");

    private static double At(double[] times, double share) => times[(int)(share * times.Length)];

    private sealed record Latency(string Text, double P99, string Direct);

    /// <summary>Consumes and produces on one thread, with the linger of the sink.</summary>
    private sealed class Loop : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Loop(string servers, string from, string to) =>
            _running = Task.Factory.StartNew(() => Run(servers, from, to), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public async ValueTask DisposeAsync()
        {
            _stop.Cancel();
            await _running;
            _stop.Dispose();
        }

        private void Run(string servers, string from, string to)
        {
            using var consumer = KafkaBenchmark.New(servers, from);
            using var producer = NewProducer(servers, lingerMs: 1);
            try
            {
                while (true)
                {
                    producer.Produce(to, new Message<Null, byte[]> { Value = consumer.Consume(_stop.Token).Message.Value });
                }
            }
            catch (OperationCanceledException)
            {
                consumer.Close();
            }
        }
    }
}
