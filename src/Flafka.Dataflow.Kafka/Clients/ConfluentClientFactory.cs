using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>The clients of Confluent.Kafka.</summary>
internal sealed class ConfluentClientFactory(AgentRuntime runtime, ILogger log) : IKafkaClientFactory
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(3);

    public IKafkaConsumer CreateConsumer(ConsumerSettings settings) => new ConfluentConsumer(runtime, settings, log);

    public IKafkaProducer CreateProducer(ProducerSettings settings) => new ConfluentProducer(runtime, settings, log);

    public string ClusterId(ClientConfig config, TimeSpan limit)
    {
        using var admin = new AdminClientBuilder(config.Settings.Where(pair => !pair.Key.StartsWith("dotnet.", StringComparison.Ordinal)))
            .SetLogHandler((_, message) => ConfluentLog.Write(log, message))
            .Build();
        return admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = limit }).GetAwaiter().GetResult().ClusterId;
    }

    /// <summary>Whether a broker answers. Blocks.</summary>
    public static bool Probe(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(ProbeTime).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <inheritdoc cref="IKafkaConsumer.TopicIdsAsync"/>
    public static async Task<IReadOnlyDictionary<string, string>> TopicIdsAsync(IAdminClient admin, IReadOnlyCollection<string> topics)
    {
        List<TopicDescription> found;
        try
        {
            found = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = ProbeTime }).ConfigureAwait(false)).TopicDescriptions;
        }
        catch (DescribeTopicsException some)
        {
            found = some.Results.TopicDescriptions; // others do not exist
        }

        return found
            .Where(topic => !topic.Error.IsError && (topic.TopicId.MostSignificantBits | topic.TopicId.LeastSignificantBits) != 0)
            .ToDictionary(topic => topic.Name, topic => topic.TopicId.ToString(), StringComparer.Ordinal);
    }
}
