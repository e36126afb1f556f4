using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>
/// A Kafka source writes the name of its topic into a header, and that header chooses the topic of a Kafka sink. Within one cluster events would go back to
/// where they were read, for ever. So there the configured topic wins, as long as the header still names what the source read.
/// </summary>
/// <remarks>Flume: writes them back.</remarks>
internal sealed class LoopGuard
{
    private const string OffsetHeader = "offset"; // a Kafka source sets it, others do not
    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(5);

    private readonly ProducerRequest _sink;
    private readonly ImmutableArray<KafkaSourceOptions> _sources;
    private readonly IKafkaClientFactory _clients;
    private ImmutableArray<(ImmutableArray<string> Topics, Regex? Pattern)>? _read;

    private LoopGuard(ProducerRequest sink, ImmutableArray<KafkaSourceOptions> sources, IKafkaClientFactory clients)
    {
        _sink = sink;
        _sources = sources;
        _clients = clients;
    }

    /// <summary>A guard, where a loop is possible at all.</summary>
    /// <param name="sink">The sink's options.</param>
    /// <param name="producer">The same for its producer.</param>
    /// <param name="upstream">Options of the sources whose events may reach the sink.</param>
    /// <param name="clients">Asks the clusters who they are.</param>
    public static LoopGuard? For(KafkaSinkOptions sink, ProducerRequest producer, ImmutableArray<object> upstream, IKafkaClientFactory clients)
    {
        var sources = upstream.OfType<KafkaSourceOptions>().Where(source => source.SetTopicHeader && source.TopicHeader == sink.TopicHeader).ToImmutableArray();
        return sources.IsEmpty || !sink.AllowTopicOverride || sink.Topic == KafkaRecordBuilder.DefaultTopic ? null : new LoopGuard(producer, sources, clients);
    }

    /// <summary>Whether it is known which of the sources read from the sink's cluster.</summary>
    public bool IsReady => _read is not null;

    /// <summary>Finds out which of the sources read from the sink's cluster. Blocks.</summary>
    /// <exception cref="KafkaException">Some brokers did not answer.</exception>
    public void Prepare()
    {
        var own = new Lazy<string>(() => ClusterOf(_sink.Servers, servers => ProducerSetup.Of(_sink, servers)));
        _read =
        [
            .. from source in _sources
               where source.BootstrapServers.Trim() == _sink.Servers.Trim()
                     || ClusterOf(source.BootstrapServers, servers => ClientConfigMapper.Map(source.Consumer, ConsumerSetup.Prefix, isProducer: false).Force("bootstrap.servers", servers)) == own.Value
               select (source.Topics, string.IsNullOrWhiteSpace(source.TopicsRegex) ? null : new Regex($"^(?:{source.TopicsRegex})$", RegexOptions.CultureInvariant)),
        ];
    }

    /// <summary>Whether an event would go back to the topic that it was read from.</summary>
    public bool IsLoop(EventHeaders headers, string topic) => headers.Contains(OffsetHeader)
        && _read!.Value.Any(read => read.Pattern?.IsMatch(topic) ?? read.Topics.Contains(topic));

    private string ClusterOf(string servers, Func<string, ClientConfig> config) =>
        EmbeddedKafka.IsNamedBy(servers) ? servers.Trim() : _clients.ClusterId(config(servers), AskTime);
}
