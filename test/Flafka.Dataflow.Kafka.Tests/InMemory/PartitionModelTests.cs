using System.Collections.Immutable;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>
/// A partition is owned, drained, given back, lost and owned again, while records come, sinks are slow and fail, commits are refused and members come
/// and go: in every order nothing is lost, nothing that is not delivered is committed, and no commit of an old epoch sets the group back.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class PartitionModelTests
{
    [Test]
    public void Sources_hand_partitions_over_without_loss_or_doubles([Range(1, 40)] int seed) => new Model(seed, isChannel: false).Run();

    [Test]
    public void Channels_hand_partitions_over_without_loss_or_doubles([Range(1, 40)] int seed) => new Model(seed, isChannel: true).Run();

    private sealed class Model
    {
        private const int Steps = 25;
        private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);

        private readonly bool _isChannel;
        private readonly bool _isCooperative;
        private readonly bool _mayExpire; // sessions end: what is under way then comes twice
        private readonly bool _mayHang; // longer than a rebalance waits: likewise
        private readonly int _partitions;
        private readonly int _batchSize;
        private readonly Random _random;
        private readonly SimulatedScheduler _scheduler;
        private readonly InMemoryKafka _kafka;
        private readonly Dictionary<string, int> _delivered = new(StringComparer.Ordinal);
        private readonly Dictionary<TopicPartition, long> _committed = [];
        private readonly List<AgentGraph> _members = [];
        private readonly List<string> _appended = [];
        private readonly List<string> _wrong = [];

        public Model(int seed, bool isChannel)
        {
            _random = new Random(seed);
            _isChannel = isChannel;
            _isCooperative = _random.Next(2) == 0;
            _mayExpire = _random.Next(3) == 0;
            _mayHang = _random.Next(4) == 0;
            _partitions = _random.Next(1, 5);
            _batchSize = _random.Next(2, 21);
            _scheduler = new SimulatedScheduler(seed);
            _kafka = new InMemoryKafka(_scheduler.Runtime)
            {
                Latency = () => TimeSpan.FromMilliseconds(_random.Next(1, 20)),
                PollSize = () => _random.Next(1, 30),
                OnCommit = () => _random.Next(_kafka!.Group("g").IsRebalancing ? 3 : 20) == 0 ? ErrorCode.RebalanceInProgress : null,
            };
            _kafka.CreateTopic("t", _partitions);
            _kafka.Group("g", _isCooperative).OnCommitted = OnCommitted;
        }

        private bool MayDouble => _mayExpire || _mayHang;

        public void Run()
        {
            using var ledger = ReceiptLedger.Begin();
            _scheduler.DescribeDeadlock = () => $"{_delivered.Count} of {_appended.Count} delivered, {_members.Count} members";
            _scheduler.Run(LiveAsync, maxSteps: 3_000_000);
            ledger.AssertNoneOpen();
            Assert.That(_wrong, Is.Empty);
            Assert.That(_delivered.Keys, Is.EquivalentTo(_appended));
            if (!MayDouble)
            {
                Assert.That(_delivered.Where(pair => pair.Value > 1), Is.Empty);
            }

            for (var partition = 0; partition < _partitions; partition++)
            {
                Assert.That(_kafka.Group("g").Committed(new TopicPartition("t", partition)), Is.EqualTo(_kafka.Log("t", partition).Count).Or.EqualTo(-1));
            }
        }

        private async Task LiveAsync()
        {
            await StartAsync();
            for (var step = 0; step < Steps; step++)
            {
                switch (_random.Next(8))
                {
                    case 0 or 1 or 2 or 3:
                        Append(_random.Next(1, 150));
                        break;
                    case 4 when _members.Count < 3:
                        await StartAsync();
                        break;
                    case 5 when _members.Count > 1:
                        await StopAsync(_random.Next(_members.Count));
                        break;
                    case 6 when _mayExpire && _kafka.Group("g").Members > 0:
                        _kafka.Group("g").Expire(_random.Next(3));
                        break;
                }

                await _scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(_random.Next(1, 800)), CancellationToken.None);
            }

            await _scheduler.UntilAsync(() => _delivered.Count == _appended.Count && _members.TrueForAll(member => member.IsIdle));
            while (_members.Count > 0)
            {
                await StopAsync(0);
            }
        }

        private void Append(int count)
        {
            for (; count > 0; count--)
            {
                var partition = _random.Next(_partitions);
                var text = $"{partition}-{_kafka.Log("t", partition).Count}";
                _kafka.Append(new TopicPartition("t", partition), text);
                _appended.Add(text);
            }
        }

        private Task StartAsync()
        {
            var sink = new ScriptedSink(WriteAsync);
            var graph = _isChannel
                ? new SimulatedGraph(_scheduler.Runtime).Channel("c1", SimulatedKafka.NewChannel(_kafka, _isCooperative)).Sink("k1", "c1", () => sink, maxEvents: 20).Build()
                : new SimulatedGraph(_scheduler.Runtime)
                    .Memory("c1", 40, 20)
                    .Source("r1", SimulatedKafka.NewSource(_kafka, _isCooperative, _batchSize), [new FailingNowAndThen(_random)], new ReplicateToAll(), ("c1", true))
                    .Sink("k1", "c1", () => sink, maxEvents: 20)
                    .Build();
            _members.Add(graph);
            return graph.StartAsync(CancellationToken.None);
        }

        private async Task StopAsync(int at)
        {
            var member = _members[at];
            _members.RemoveAt(at);
            await member.StopAsync(Drain);
            await member.DisposeAsync();
        }

        private async Task WriteAsync(int call, ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            if (_random.Next(3) == 0)
            {
                await _scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(_mayHang && _random.Next(20) == 0 ? 7000 : _random.Next(1, 200)), CancellationToken.None);
            }

            if (_random.Next(25) == 0)
            {
                throw new DeliveryException("now and then");
            }

            foreach (var flumeEvent in events)
            {
                var text = flumeEvent.ToString();
                _delivered[text] = _delivered.GetValueOrDefault(text) + 1;
            }
        }

        private void OnCommitted(TopicPartitionOffset offset)
        {
            for (var n = _committed.GetValueOrDefault(offset.TopicPartition); n < offset.Offset; n++)
            {
                Check(_delivered.ContainsKey($"{offset.Partition.Value}-{n}"), $"{offset} is committed, record {n} is not delivered");
            }

            Check(MayDouble || offset.Offset >= _committed.GetValueOrDefault(offset.TopicPartition), $"{offset} sets the group back from {_committed.GetValueOrDefault(offset.TopicPartition)}");
            _committed[offset.TopicPartition] = offset.Offset;
        }

        // In the middle of a call of the consumer, which may catch what is thrown.
        private void Check(bool condition, string problem)
        {
            if (!condition)
            {
                _wrong.Add(problem);
            }
        }
    }

    private sealed class FailingNowAndThen(Random random) : IInterceptor
    {
        public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
            random.Next(40) == 0 ? throw new InvalidOperationException("now and then") : ValueTask.FromResult(events);
    }
}
