using Flafka.Dataflow.TestKit.Contracts;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>The topic holds the events, as many as there are, and each partition belongs to one sink: the bounds and the common line of local channels are not its own.</summary>
public class KafkaChannelContractTests : ChannelContractBase
{
    protected override IChannel Create(int capacity, int transactionCapacity)
    {
        var kafka = new InMemoryKafka(Scheduler.Runtime);
        kafka.CreateTopic("t", 1);
        return SimulatedKafka.NewChannel(kafka);
    }

    protected override Task StoredAsync() => Scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);

    protected override Task ConnectedAsync() => StoredAsync();
}
