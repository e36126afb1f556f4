using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Real;

/// <summary>
/// The campaign of <c>scripts/faults.sh</c> in small: two agents of one group, and beside them a channel, lose the broker, each other, their time and their topic, in an
/// order that the seed decides. On a broker of its own, as others would not like its end.
/// </summary>
[Category("RealKafka")]
public class FaultTests
{
    private const int RecordsPerFault = 1000;

    [Test]
    public async Task Whatever_fails_nothing_is_missing([Values(1)] int seed)
    {
        if (RealKafka.IsGiven)
        {
            Peers.Skip("needs a broker that it may kill: unset FLAFKA_TEST_BOOTSTRAP and set KAFKA_HOME");
        }

        using var kafka = RealKafka.TryStart("--auto-create", "false")!;
        var random = new Random(seed);
        await using var campaign = await Campaign.StartAsync(kafka);
        Func<Task>[] faults = [campaign.LeaveAsync, campaign.HangAsync, campaign.KillBrokerAsync, campaign.GrowAsync];
        random.Shuffle(faults);
        foreach (var fault in faults)
        {
            await campaign.SufferAsync(fault);
        }

        await campaign.SufferAsync(campaign.RemakeTopicAsync); // behind the kill: the leader's epoch begins anew
        await campaign.EndAsync();
    }

    private sealed class Campaign : IAsyncDisposable
    {
        private readonly RealKafka _kafka;
        private readonly string _topic;
        private readonly string _other;
        private readonly string _group;
        private readonly Collected _channelSink = new();
        private readonly RecordingLoggers _logs = new();
        private readonly AgentGraph _channel;
        private readonly HashSet<string> _written = [];
        private readonly HashSet<string> _writtenToOther = [];
        private readonly List<(AgentGraph Graph, GatedSink Sink)> _members = [];
        private int _partitions = 2;

        private Campaign(RealKafka kafka, string topic, string other)
        {
            (_kafka, _topic, _other, _group) = (kafka, topic, other, kafka.NewGroup());
            var options = new KafkaChannelOptions { BootstrapServers = kafka.Bootstrap, Topic = other, GroupId = kafka.NewGroup(), ParseAsFlumeEvent = false };
            _channel = new SimulatedGraph(AgentRuntime.System)
                .Channel("c1", new KafkaChannel(options, KafkaGraph.Context(ComponentKind.Channel, "c1", _logs)))
                .Sink("k1", "c1", () => _channelSink)
                .Build();
        }

        private IEnumerable<string> Delivered => _members.SelectMany(member => member.Sink.Inner.Texts);

        public static async Task<Campaign> StartAsync(RealKafka kafka)
        {
            var campaign = new Campaign(kafka, await kafka.NewTopicAsync(2), await kafka.NewTopicAsync(1));
            await campaign._channel.StartAsync(CancellationToken.None);
            await campaign.JoinAsync();
            await campaign.JoinAsync();
            return campaign;
        }

        /// <summary>Something fails while records are written; they and a fresh one arrive.</summary>
        public async Task SufferAsync(Func<Task> fault)
        {
            var failing = fault();
            await ProduceAsync(_topic, RecordsPerFault);
            await failing;
            await ProduceAsync(_topic, 1);
            await ProduceAsync(_other, 1);
            await Wait.UntilAsync(
                () => _written.IsSubsetOf(Delivered) && _writtenToOther.IsSubsetOf(Delivered) && _writtenToOther.IsSubsetOf(_channelSink.Texts),
                () => $"{fault.Method.Name}: {_written.Except(Delivered).Count()} missing, other: {_writtenToOther.Except(Delivered).Count()} and {_writtenToOther.Except(_channelSink.Texts).Count()}\n{string.Join('\n', _logs.Texts)}");
        }

        public async Task LeaveAsync()
        {
            await _members[0].Graph.StopAsync(TimeSpan.Zero);
            await JoinAsync();
        }

        public async Task HangAsync()
        {
            var (_, sink) = _members[^1];
            sink.Close();
            await JoinAsync(); // takes partitions whose events the sink holds for longer than a rebalance waits
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
            sink.Open();
        }

        public Task KillBrokerAsync() => Task.Run(() =>
        {
            _kafka.Kill();
            _kafka.Restart();
        });

        public async Task GrowAsync()
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _kafka.Bootstrap }).Build();
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = _topic, IncreaseTo = 4 }]);
            await Wait.UntilAsync(() => admin.GetMetadata(_topic, TimeSpan.FromSeconds(5)).Topics[0].Partitions.Count == 4, () => "not grown");
            _partitions = 4;
        }

        public Task RemakeTopicAsync() => _kafka.RemakeAsync(_other, TimeSpan.FromSeconds(2));

        public async Task EndAsync()
        {
            foreach (var (graph, _) in _members)
            {
                await graph.StopAsync(TimeSpan.FromSeconds(8));
            }

            await _channel.StopAsync(TimeSpan.FromSeconds(8));
            var twice = Delivered.Count() - Delivered.Distinct().Count();
            Assert.That(twice, Is.LessThanOrEqualTo(3 * 65 * 100), "64 batches on their way and a lease, for each of three that went without an orderly end");
            Assert.That(_logs.Texts, Has.Some.Contains($"a1.channels.c1: topic '{_other}' was deleted and made again"));
            TestContext.Out.WriteLine($"{_written.Count + _writtenToOther.Count} records, {twice} came twice");
        }

        public async ValueTask DisposeAsync()
        {
            await _channel.DisposeAsync();
            foreach (var (graph, _) in _members)
            {
                await graph.DisposeAsync();
            }
        }

        private async Task JoinAsync()
        {
            var sink = new GatedSink();
            var graph = KafkaGraph.Flow(
                KafkaGraph.Source(_kafka.Bootstrap, $"{_topic},{_other}", _group, loggers: _logs, consumer: [("partition.assignment.strategy", "cooperative-sticky")]), sink);
            _members.Add((graph, sink));
            await graph.StartAsync(CancellationToken.None);
        }

        private async Task ProduceAsync(string topic, int count)
        {
            var written = topic == _topic ? _written : _writtenToOther;
            string[] texts = [.. Enumerable.Range(written.Count, count).Select(n => $"{topic} {n}")];
            var partitions = topic == _topic ? _partitions : 1;
            for (var partition = 0; partition < partitions; partition++)
            {
                await KafkaGraph.ProduceAsync(
                    _kafka.Bootstrap, topic, texts.Where((_, n) => n % partitions == partition).Select(text => new Message<string?, byte[]?> { Value = Encoding.UTF8.GetBytes(text) }), partition);
            }

            written.UnionWith(texts);
        }
    }

    private sealed class GatedSink : ISink
    {
        private volatile TaskCompletionSource? _gate;

        public Collected Inner { get; } = new();

        public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate?.SetResult();

        public async Task WriteAsync(System.Collections.Immutable.ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            await (_gate?.Task ?? Task.CompletedTask);
            await Inner.WriteAsync(events, abort);
        }
    }
}
