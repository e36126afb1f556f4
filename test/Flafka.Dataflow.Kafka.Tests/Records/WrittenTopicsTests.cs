using Confluent.Kafka;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class WrittenTopicsTests
{
    private readonly WrittenTopics _topics = new();
    private readonly Brokers _brokers = new();

    [Test]
    public async Task Brokers_are_asked_when_something_was_written_or_waits()
    {
        Assert.That(await _topics.FindMadeAnewAsync(_brokers, isWaiting: true), Is.Null);
        _topics.Add("t");
        await _topics.FindMadeAnewAsync(_brokers, isWaiting: false);
        await _topics.FindMadeAnewAsync(_brokers, isWaiting: false);
        Assert.That(_brokers.Asked, Is.EqualTo([1]));
        _brokers.Id = "b";
        Assert.That(await _topics.FindMadeAnewAsync(_brokers, isWaiting: true), Is.EqualTo("t"));
    }

    [Test]
    public async Task Where_there_are_many_they_take_turns()
    {
        for (var number = 0; number < 250; number++)
        {
            _topics.Add($"t{number}");
        }

        await AskAsync(3);
        Assert.That(_brokers.Asked, Is.EqualTo([100, 100, 50]));
        _brokers.Id = "b";
        Assert.That(await AskAsync(3), Has.None.Null);
    }

    [Test]
    public async Task Whoever_is_not_answered_asks_again()
    {
        _topics.Add("t");
        await _topics.FindMadeAnewAsync(_brokers, isWaiting: false);
        _topics.Add("t");
        (_brokers.Id, _brokers.IsAway) = ("b", true);
        Assert.That(await _topics.FindMadeAnewAsync(_brokers, isWaiting: false), Is.Null);
        _brokers.IsAway = false;
        Assert.That(await _topics.FindMadeAnewAsync(_brokers, isWaiting: false), Is.EqualTo("t"));
    }

    private async Task<string?[]> AskAsync(int times)
    {
        var found = new string?[times];
        for (var time = 0; time < times; time++)
        {
            found[time] = await _topics.FindMadeAnewAsync(_brokers, isWaiting: true);
        }

        return found;
    }

    private sealed class Brokers : IKafkaProducer
    {
        public string Id { get; set; } = "a";

        public bool IsAway { get; set; }

        public List<int> Asked { get; } = [];

        public Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IReadOnlyCollection<string> topics)
        {
            if (IsAway)
            {
                throw new KafkaException(ErrorCode.Local_TimedOut);
            }

            Asked.Add(topics.Count);
            return Task.FromResult<IReadOnlyDictionary<string, string>>(topics.ToDictionary(topic => topic, _ => Id));
        }

        public bool TryProduce(TopicPartition partition, Message<byte[]?, FlumeEvent> message, Action<DeliveryReport<byte[]?, FlumeEvent>> report) => throw new NotSupportedException();

        public Task<bool> ProbeAsync() => throw new NotSupportedException();

        public Task CloseAsync() => throw new NotSupportedException();
    }
}
