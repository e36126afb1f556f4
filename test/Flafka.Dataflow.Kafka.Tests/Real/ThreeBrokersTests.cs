using System.Text;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>A cluster of its own, whose topics move from one broker to another.</summary>
[Category("RealKafka")]
[Parallelizable(ParallelScope.All)]
public class ThreeBrokersTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A producer knows the leaders of partitions by their epochs. The epochs of a topic that is made again begin anew, and the producer takes
    /// what it is told of them for old news: it would ask the former leader for ever.
    /// </summary>
    [Test]
    public async Task Events_flow_on_when_a_topic_is_made_again_with_fewer_partitions_and_another_leader()
    {
        if (!RealKafka.HasOptions)
        {
            Peers.Skip("needs three brokers of its own: set KAFKA_HOME to the folder ../shared/peers/kafka, without FLAFKA_TEST_BOOTSTRAP");
        }

        using var kafka = RealKafka.TryStart("--brokers", "3", "--auto-create", "false", "--set", "broker.session.timeout.ms=3000", "--set", "broker.heartbeat.interval.ms=500")!;
        var flows = new List<Flow>();
        foreach (var target in Enum.GetValues<Target>())
        {
            flows.Add(await Flow.StartAsync(kafka, target, isBusy: false));
            flows.Add(await Flow.StartAsync(kafka, target, isBusy: true));
        }

        await Task.WhenAll(flows.Select(flow => flow.SendAsync(100)));
        kafka.Kill(3); // which leads them: each gets another leader with a higher epoch
        await Task.WhenAll(flows.Select(flow => flow.SendAsync(100)));
        Assert.That(flows.Select(flow => kafka.Leader(flow.Topic)), Is.All.EqualTo(2));
        await Task.WhenAll(flows.Select(flow => flow.RemakeAsync()));
        var begin = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(flows.Select(flow => flow.SendAsync(100)));
        var slowest = TimeProvider.System.GetElapsedTime(begin);
        await TestContext.Out.WriteLineAsync($"flowed on after {slowest.TotalSeconds:F1} s");
        foreach (var flow in flows)
        {
            await flow.EndAsync();
        }

        Assert.That(slowest, Is.LessThan(Limit));
    }

    private enum Target
    {
        Sink,
        IdempotentSink,
        Channel,
    }

    private sealed class Flow
    {
        private readonly RealKafka _kafka;
        private readonly RereadingSource _source = new("s", int.MaxValue, () => 10) { Limit = 0 };
        private readonly RecordingLoggers _logs = new();
        private readonly AgentGraph _graph;
        private readonly bool _isBusy;
        private int _fromHere;

        private Flow(RealKafka kafka, string topic, Target target, bool isBusy)
        {
            (_kafka, Topic, _isBusy) = (kafka, topic, isBusy);
            var graph = new SimulatedGraph(AgentRuntime.System, _logs);
            _graph = (target == Target.Channel
                ? graph.Channel("c1", new KafkaChannel(
                    new KafkaChannelOptions { BootstrapServers = kafka.Bootstrap, Topic = topic, ParseAsFlumeEvent = false }, KafkaGraph.Context(ComponentKind.Channel, "c1", _logs)))
                : graph.Memory("c1", 1000).Sink("k1", "c1", () => KafkaGraph.Sink(
                    new KafkaSinkOptions { BootstrapServers = kafka.Bootstrap, Topic = topic, Acks = target == Target.Sink ? "1" : "all" }, _logs))).Source("r1", _source, ("c1", true)).Build();
        }

        public string Topic { get; }

        public static async Task<Flow> StartAsync(RealKafka kafka, Target target, bool isBusy)
        {
            var flow = new Flow(kafka, await kafka.NewTopicAsync(3, 3, 2), target, isBusy);
            await flow._graph.StartAsync(CancellationToken.None);
            return flow;
        }

        public async Task SendAsync(int count)
        {
            _source.Limit += count;
            await Wait.UntilAsync(() => _source.IsIdle, () => $"{this}\n{string.Join('\n', _logs.Texts)}");
        }

        /// <summary>Makes the topic again, while events are written to it or not.</summary>
        public async Task RemakeAsync()
        {
            var remade = _kafka.RemakeAsync(Topic, TimeSpan.Zero, replicas: 1);
            while (!remade.IsCompleted && _isBusy)
            {
                _source.Limit += 10;
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            await remade;
            _fromHere = _source.Limit;
        }

        public async Task EndAsync()
        {
            await _graph.StopAsync(TimeSpan.FromSeconds(8));
            await _graph.DisposeAsync();
            Assert.That(_logs.Texts, Has.None.Contains("FLK6301"), "a partition that vanished is no fault of the event");
            var written = KafkaGraph.Read(_kafka.Bootstrap, Topic, (int)_kafka.End(Topic)).ConvertAll(record => Encoding.UTF8.GetString(record.Message.Value!));
            var expected = Enumerable.Range(_fromHere, _source.Position - _fromHere).Select(n => $"s-{n}").ToHashSet();
            Assert.That(_isBusy ? written.Where(expected.Contains).Distinct() : written, Is.EquivalentTo(expected), $"{this}\n{string.Join('\n', _logs.Texts)}");
        }

        public override string ToString() => $"{Topic}, busy {_isBusy}: {_source}";
    }
}
