using System.Collections.Immutable;
using System.Text;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Mock;

[Category("Kafka")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class KafkaSourceTests
{
    private static readonly string Servers = MockKafka.Bootstrap;

    [Test]
    public async Task A_stop_and_a_start_lose_nothing_and_double_nothing()
    {
        var topic = MockKafka.NewTopic(2);
        var group = MockKafka.NewGroup();
        await KafkaGraph.ProduceAsync(Servers, topic, 0, 500, partition: 0);
        await KafkaGraph.ProduceAsync(Servers, topic, 0, 500, partition: 1);
        var sink = new Collected();
        var logs = new RecordingLoggers();
        await using (var first = KafkaGraph.Flow(KafkaGraph.Source(Servers, topic, group, loggers: logs), sink))
        {
            await first.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => KafkaGraph.Committed(Servers, group, topic) > 0, () => string.Join('\n', logs.Texts)); // the first one waits for the group's coordinator, longer than a stop would
            await KafkaGraph.ProduceAsync(Servers, topic, 500, 100, partition: 0);
            await Wait.UntilAsync(() => sink.Events.Count >= 1050, () => $"{sink.Events.Count} events");
            await first.StopAsync(TimeSpan.FromSeconds(8));
        }

        await KafkaGraph.ProduceAsync(Servers, topic, 600, 100, partition: 0);
        await using (var second = KafkaGraph.Flow(KafkaGraph.Source(Servers, topic, group, loggers: logs), sink))
        {
            await second.StartAsync(CancellationToken.None);
            await Wait.UntilAsync(() => sink.Events.Count >= 1200 && second.IsIdle, () => $"{sink.Events.Count} events, idle {second.IsIdle}");
            await second.StopAsync(TimeSpan.FromSeconds(8));
        }

        Assert.That(sink.Texts.Where(text => text[0] == '0'), Is.EqualTo(Enumerable.Range(0, 700).Select(n => $"0-{n}")), () => string.Join('\n', logs.Texts));
        Assert.That(sink.Texts.Where(text => text[0] == '1'), Is.EqualTo(Enumerable.Range(0, 500).Select(n => $"1-{n}")), () => string.Join('\n', logs.Texts));
        Assert.That(KafkaGraph.Committed(Servers, group, topic), Is.EqualTo(700));
    }

    [Test]
    public async Task A_rejection_rewinds_to_the_settled_prefix_and_order_holds()
    {
        var topic = MockKafka.NewTopic();
        var group = MockKafka.NewGroup();
        await KafkaGraph.ProduceAsync(Servers, topic, 0, 400);
        var sink = new Collected();
        var source = KafkaGraph.Source(Servers, topic, group, batchSize: 50);
        await using var graph = new SimulatedGraph(AgentRuntime.System)
            .Memory("c1", 1000)
            .Source("r1", source, [new FailingOnce(call: 3)], new ReplicateToAll(), ("c1", true))
            .Sink("k1", "c1", () => sink)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= 400 && graph.IsIdle, () => $"{sink.Events.Count} events");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, 400).Select(n => $"0-{n}")));
        Assert.That(KafkaGraph.Committed(Servers, group, topic), Is.EqualTo(400));
    }

    [Test]
    public async Task What_is_not_delivered_is_not_committed()
    {
        var topic = MockKafka.NewTopic();
        var group = MockKafka.NewGroup();
        await KafkaGraph.ProduceAsync(Servers, topic, 0, 300);
        var sink = new Collected(call => call > 1 ? new DeliveryException("broken") : null);
        await using var graph = KafkaGraph.Flow(KafkaGraph.Source(Servers, topic, group), sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Health.Any(health => health.Problem == "broken"), () => "no failure");
        Assert.That(graph.IsIdle, Is.False);
        await graph.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(KafkaGraph.Committed(Servers, group, topic), Is.InRange(Offset.Unset.Value, sink.Events.Count));
    }

    [Test]
    public async Task A_slow_channel_holds_the_source_back_and_everything_arrives_in_order()
    {
        var topic = MockKafka.NewTopic();
        var group = MockKafka.NewGroup();
        await KafkaGraph.ProduceAsync(Servers, topic, 0, 3000);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new GatedSink(open.Task);
        var source = KafkaGraph.Source(Servers, topic, group, batchSize: 10);
        await using var graph = KafkaGraph.Flow(source, sink, capacity: 100);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => source.IsHeldBack, () => "never paused");
        open.SetResult();
        await Wait.UntilAsync(() => sink.Texts.Count >= 3000 && graph.IsIdle, () => $"{sink.Texts.Count} events");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, 3000).Select(n => $"0-{n}")));
    }

    [Test]
    public async Task Headers_are_those_of_Flume_and_undecodable_records_go_on()
    {
        var topic = MockKafka.NewTopic();
        var time = new Timestamp(1665129600000, TimestampType.CreateTime);
        var datum = Convert.FromHexString("040e686561646572310c76616c7565310e686561646572320c76616c756532001868656c6c6f2c20776f726c64");
        await KafkaGraph.ProduceAsync(Servers, topic,
        [
            new() { Key = "k", Value = datum, Timestamp = time, Headers = new Headers { { "FLUME_CORRELATOR", "old"u8.ToArray() }, { "FLUME_CORRELATOR", "12345"u8.ToArray() } } },
            new() { Value = "no avro"u8.ToArray(), Timestamp = time },
            new() { Value = null, Timestamp = time },
        ]);
        var sink = new Collected();
        var source = KafkaGraph.Source(
            Servers, topic, MockKafka.NewGroup(), avro: true, ImmutableDictionary<string, string>.Empty.Add("correlator", "FLUME_CORRELATOR"));
        await using var graph = KafkaGraph.Flow(source, sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => sink.Events.Count >= 3, () => $"{sink.Events.Count} events");
        await graph.StopAsync(TimeSpan.FromSeconds(8));
        var events = sink.Events.ToArray();
        Assert.That(events[0].ToString(), Is.EqualTo("hello, world"));
        Assert.That(events[0].Headers.ToString(), Is.EqualTo(
            $"{{header1=value1, header2=value2, timestamp=1665129600000, correlator=12345, topic={topic}, partition=0, offset=0, key=k}}"));
        Assert.That(events[1].ToString(), Is.EqualTo("no avro"));
        Assert.That(events[1].Headers.Contains(UndecodableRecords.Header));
        Assert.That(events[2].Body.IsEmpty && events[2].Headers.Contains(UndecodableRecords.Header));
        Assert.That(source.Undecodable, Is.EqualTo(2));
    }

    [Test]
    public async Task A_source_without_brokers_lives_says_so_and_is_not_idle()
    {
        var logs = new RecordingLoggers();
        await using var graph = KafkaGraph.Flow(KafkaGraph.Source("127.0.0.1:1", "nowhere", "g", loggers: logs), new Collected());
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Health[0].Problem is not null, () => "no problem told");
        Assert.That(graph.Health[0].Problem, Is.EqualTo("FLK6001: none of the brokers '127.0.0.1:1' answers"));
        Assert.That(graph.IsIdle, Is.False);
        var result = await graph.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(result.Drained);
        Assert.That(logs.Texts.Count(line => line.Contains("FLK6001: a1.sources.r1 reaches none of the brokers '127.0.0.1:1'", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stop_ends_in_time_although_no_broker_answers_the_last_commit()
    {
        using var cluster = new MockCluster();
        cluster.CreateTopic("t", 1);
        await KafkaGraph.ProduceAsync(cluster.Bootstrap, "t", 0, 50);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new GatedSink(open.Task);
        await using var graph = KafkaGraph.Flow(KafkaGraph.Source(cluster.Bootstrap, "t", "g"), sink);
        await graph.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => graph.Channels[0].Statistics.Events == 50, () => "nothing read");
        cluster.SetUp(false);
        open.SetResult();
        await Wait.UntilAsync(() => sink.Texts.Count == 50, () => $"{sink.Texts.Count} events");
        var begin = TimeProvider.System.GetTimestamp();
        await graph.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(TimeProvider.System.GetElapsedTime(begin), Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    private sealed class FailingOnce(int call) : IInterceptor
    {
        private int _calls;

        public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
            ++_calls == call ? throw new InvalidOperationException("once") : ValueTask.FromResult(events);
    }

    private sealed class GatedSink(Task gate) : ISink
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Texts { get; } = new();

        public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            await gate;
            foreach (var flumeEvent in events)
            {
                Texts.Enqueue(Encoding.UTF8.GetString(flumeEvent.Body.Span));
            }
        }
    }
}
