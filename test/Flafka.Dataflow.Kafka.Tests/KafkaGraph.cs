using System.Collections.Concurrent;
using System.Collections.Immutable;
using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka.Tests;

/// <summary>Sources and sinks under test, on the real clock, and a plain client beside them.</summary>
internal static class KafkaGraph
{
    public static ComponentContext Context(ComponentKind kind, string name, ILoggerFactory? loggers = null, AgentRuntime? runtime = null, IKafkaClientFactory? clients = null) => new(
        new ComponentId("a1", kind, name), loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, runtime ?? AgentRuntime.System,
        new Services(clients));

    public static KafkaSource Source(
        string bootstrap, string topics, string group, bool avro = false, ImmutableDictionary<string, string>? headers = null,
        Func<ConsumerLoopSettings, ConsumerLoopSettings>? tune = null, int batchSize = 100, ILoggerFactory? loggers = null, params ReadOnlySpan<(string Name, string Value)> consumer) => new(
        new KafkaSourceOptions
        {
            BootstrapServers = bootstrap,
            Topics = [.. topics.Split(',')],
            GroupId = group,
            BatchSize = batchSize,
            UseFlumeEventFormat = avro,
            Headers = headers ?? ImmutableDictionary<string, string>.Empty,
            Consumer = Settings(consumer),
        },
        Context(ComponentKind.Source, "r1", loggers))
    {
        Tune = tune ?? (static settings => settings),
    };

    private static Dictionary<string, string> Settings(ReadOnlySpan<(string Name, string Value)> more)
    {
        var settings = new Dictionary<string, string>
        {
            ["auto.offset.reset"] = "earliest",
            ["session.timeout.ms"] = "6000",
            ["heartbeat.interval.ms"] = "300",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    public static KafkaSink Sink(KafkaSinkOptions options, ILoggerFactory? loggers = null) => new(options, Context(ComponentKind.Sink, "k1", loggers));

    public static async Task ProduceAsync(string bootstrap, string topic, IEnumerable<Message<string?, byte[]?>> messages, int partition = 0)
    {
        using var producer = new ProducerBuilder<string?, byte[]?>(new ProducerConfig { BootstrapServers = bootstrap }).Build();
        var reports = messages.Select(message => producer.ProduceAsync(new TopicPartition(topic, partition), message)).ToList();
        foreach (var report in reports)
        {
            await report;
        }
    }

    public static Task ProduceAsync(string bootstrap, string topic, int first, int count, int partition = 0) => ProduceAsync(
        bootstrap, topic, Enumerable.Range(first, count).Select(n => new Message<string?, byte[]?> { Value = System.Text.Encoding.UTF8.GetBytes($"{partition}-{n}") }), partition);

    /// <summary>Reads so many records of a topic from its beginning, without a group.</summary>
    public static List<ConsumeResult<string?, byte[]?>> Read(string bootstrap, string topic, int count, int partitions = 1)
    {
        using var consumer = new ConsumerBuilder<string?, byte[]?>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader", EnableAutoCommit = false }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(number => new TopicPartitionOffset(topic, number, Offset.Beginning)));
        var records = new List<ConsumeResult<string?, byte[]?>>();
        while (records.Count < count && consumer.Consume(TimeSpan.FromSeconds(20)) is { } record)
        {
            records.Add(record);
        }

        return records;
    }

    /// <summary>What a group has committed of a partition.</summary>
    public static long Committed(string bootstrap, string group, string topic, int partition = 0)
    {
        using var consumer = new ConsumerBuilder<string?, byte[]?>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group }).Build();
        return consumer.Committed([new TopicPartition(topic, partition)], TimeSpan.FromSeconds(10))[0].Offset;
    }

    public static AgentGraph Flow(ISource source, ISink sink, int capacity = 1000) => new SimulatedGraph(AgentRuntime.System)
        .Memory("c1", capacity, Math.Min(capacity, 100))
        .Source("r1", source, ("c1", true))
        .Sink("k1", "c1", () => sink)
        .Build();

    private sealed class Services(IKafkaClientFactory? clients) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IKafkaClientFactory) ? clients : null;
    }
}
