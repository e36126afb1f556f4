using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>Agents over an <see cref="InMemoryKafka"/>.</summary>
internal static class SimulatedKafka
{
    /// <summary>A source of group <c>g</c> on topic <c>t</c>.</summary>
    public static KafkaSource NewSource(InMemoryKafka kafka, bool isCooperative = false, int batchSize = 20, AgentRuntime? runtime = null) => new(
        new KafkaSourceOptions
        {
            BootstrapServers = "memory:1",
            Topics = ["t"],
            GroupId = "g",
            BatchSize = batchSize,
            Consumer = Settings(isCooperative),
        },
        KafkaGraph.Context(ComponentKind.Source, "r1", runtime: runtime ?? kafka.Runtime, clients: kafka));

    /// <summary>A channel of group <c>g</c> on topic <c>t</c>, whose records are bodies alone.</summary>
    public static KafkaChannel NewChannel(InMemoryKafka kafka, bool isCooperative = false, ILoggerFactory? loggers = null) => new(
        new KafkaChannelOptions { BootstrapServers = "memory:1", Topic = "t", GroupId = "g", ParseAsFlumeEvent = false, Consumer = Settings(isCooperative) },
        KafkaGraph.Context(ComponentKind.Channel, "c1", loggers, kafka.Runtime, kafka));

    private static Dictionary<string, string> Settings(bool isCooperative) => new()
    {
        ["auto.offset.reset"] = "earliest",
        ["partition.assignment.strategy"] = isCooperative ? "cooperative-sticky" : "range",
    };

    /// <summary>Such a source, a memory channel that it waits for, and a sink.</summary>
    public static AgentGraph Flow(InMemoryKafka kafka, ISink sink, bool isCooperative = false) => Flow(kafka, NewSource(kafka, isCooperative), sink);

    /// <summary>This source, a memory channel that it waits for, and a sink.</summary>
    public static AgentGraph Flow(InMemoryKafka kafka, KafkaSource source, ISink sink) => new SimulatedGraph(kafka.Runtime)
        .Memory("c1", 200, 20)
        .Source("r1", source, ("c1", true))
        .Sink("k1", "c1", () => sink, maxEvents: 20)
        .Build();

    /// <summary>A source whose events go to topic <c>t</c>, through a sink or a channel.</summary>
    public static AgentGraph Write(InMemoryKafka kafka, ISource source, bool isChannel)
    {
        var graph = new SimulatedGraph(kafka.Runtime);
        return (isChannel
            ? graph.Channel("c1", NewChannel(kafka))
            : graph.Memory("c1", 200, 20).Sink(
                "k1", "c1", () => new KafkaSink(new KafkaSinkOptions { BootstrapServers = "memory:1", Topic = "t" }, KafkaGraph.Context(ComponentKind.Sink, "k1", runtime: kafka.Runtime, clients: kafka)), maxEvents: 20)).Source("r1", source, ("c1", true)).Build();
    }

    /// <summary>What so many partitions hold, each so many records.</summary>
    public static IEnumerable<string> Texts(int partitions, int records) =>
        Enumerable.Range(0, partitions).SelectMany(partition => Enumerable.Range(0, records).Select(n => $"{partition}-{n}"));

    /// <summary>Waits for a condition, by the simulated clock.</summary>
    public static async Task UntilAsync(this SimulatedScheduler scheduler, Func<bool> condition)
    {
        var limit = scheduler.Time.Elapsed + TimeSpan.FromMinutes(10);
        while (!condition())
        {
            if (scheduler.Time.Elapsed > limit)
            {
                throw new SimulationException($"Seed {scheduler.Seed}: the condition did not come true.");
            }

            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }
    }
}
