using System.Text;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Mock;

/// <summary>On the real clock: the client has threads of its own. Nothing fails here, because events wait in the sink while no broker answers.</summary>
public class KafkaSinkContractTests : SinkContract
{
    private string _topic = string.Empty;

    [SetUp]
    public void MakeTopic() => _topic = MockKafka.NewTopic();

    protected override IComponent Create(AgentRuntime runtime) =>
        KafkaGraph.Sink(new KafkaSinkOptions { BootstrapServers = MockKafka.Bootstrap, Topic = _topic, DefaultPartitionId = 0 });

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = MockKafka.Bootstrap, GroupId = MockKafka.NewGroup() }).Build();
        var count = (int)consumer.QueryWatermarkOffsets(new TopicPartition(_topic, 0), TimeSpan.FromSeconds(20)).High.Value;
        return Task.FromResult<IReadOnlyList<string>?>(
            [.. KafkaGraph.Read(MockKafka.Bootstrap, _topic, count).Select(record => Encoding.UTF8.GetString(record.Message.Value!))]);
    }

    protected override void Run(Func<AgentRuntime, Task> test) => AgentRuntime.System.Start(() => test(AgentRuntime.System)).GetAwaiter().GetResult();
}
