using System.Globalization;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit.Contracts;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

public class KafkaSourceContractTests : SourceContract
{
    private InMemoryKafka _kafka = null!;
    private int _events;
    private bool _isBroken;

    protected override IReadOnlyList<string> Prepare(int events)
    {
        (_events, _isBroken) = (events, false);
        return [.. SimulatedKafka.Texts(1, events)];
    }

    protected override ISource NewSource(AgentRuntime runtime)
    {
        _kafka = new InMemoryKafka(runtime) { Broken = _isBroken ? new KafkaException(ErrorCode.Local_CritSysResource) : null };
        _kafka.CreateTopic("t", 1);
        for (var n = 0; n < _events; n++)
        {
            _kafka.Append(new TopicPartition("t", 0), string.Create(CultureInfo.InvariantCulture, $"0-{n}"));
        }

        return SimulatedKafka.NewSource(_kafka);
    }

    protected override bool TryBreakStart() => _isBroken = true;

    protected override void RepairStart() => _kafka.Broken = null;
}
