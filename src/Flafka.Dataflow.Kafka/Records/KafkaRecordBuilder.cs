using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Flafka.Dataflow.Components.Serialization.Avro;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes records of events: where they go, their key, time, headers and value.</summary>
internal sealed class KafkaRecordBuilder
{
    public const string DefaultTopic = "default-flume-topic";
    private const string KeyHeader = "key";

    private readonly KafkaSinkOptions _options;
    private readonly string _topic;
    private readonly TopicPartition _default;
    private readonly ImmutableArray<(string Header, string Record)> _mapped;
    private readonly TopicTemplate? _template;
    private readonly Action<string> _onInvalidTimestamp;

    /// <summary>Tells whether an event would go back to where it was read: with its headers and the topic that they name.</summary>
    public Func<EventHeaders, string, bool> IsLoop { get; init; } = static (_, _) => false;

    /// <param name="options">The sink's options.</param>
    /// <param name="onInvalidTimestamp">Told of a time that is none; the record gets the time of sending.</param>
    public KafkaRecordBuilder(KafkaSinkOptions options, Action<string> onInvalidTimestamp)
    {
        _options = options;
        _onInvalidTimestamp = onInvalidTimestamp;
        _topic = string.IsNullOrWhiteSpace(options.Topic) ? DefaultTopic : options.Topic.Trim();
        _default = new TopicPartition(_topic, options.DefaultPartitionId is { } number ? new Partition(number) : Partition.Any);
        _template = options.AllowTopicOverride ? TopicTemplate.Parse(_topic) : null; // Flume-compatible: without the override the topic is taken literally
        _mapped = [.. options.Headers.Select(pair => (pair.Key, pair.Value.Trim()))];
    }

    /// <summary>To be called before the first event. May wait for a name server.</summary>
    public void Prepare() => _template?.Prepare();

    /// <summary>Where an event goes.</summary>
    /// <param name="flumeEvent">The event.</param>
    /// <param name="target">The topic, and the partition or "any".</param>
    /// <param name="problem">Why it can never go anywhere.</param>
    public bool TryChooseTarget(FlumeEvent flumeEvent, out TopicPartition target, out string? problem)
    {
        problem = null;
        target = _default;
        var headers = flumeEvent.Headers;
        var topic = _topic;
        if (_options.AllowTopicOverride && headers.TryGet(_options.TopicHeader, out var named) && !string.IsNullOrWhiteSpace(named) && !IsLoop(headers, named))
        {
            topic = named;
        }
        else if (_template is not null)
        {
            try
            {
                topic = _template.Resolve(headers);
            }
            catch (FormatException failure)
            {
                problem = $"Its topic cannot be told: {failure.Message}. Give every event what kafka.topic asks for, for the time by the interceptor 'timestamp'.";
                return false;
            }
        }

        var partition = _default.Partition;
        if (_options.PartitionIdHeader is { } header && headers.TryGet(header, out var text))
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < 0)
            {
                problem = $"Its header '{header}' says partition '{text}', which is not the number of a partition.";
                return false;
            }

            partition = number;
        }

        if (!ReferenceEquals(topic, _topic) || partition != _default.Partition)
        {
            target = new TopicPartition(topic, partition);
        }

        return true;
    }

    /// <summary>Whether an event goes to a certain partition, and not to one of the partitioner's choice. Any thread.</summary>
    public bool NamesPartition(FlumeEvent flumeEvent) =>
        _default.Partition != Partition.Any || (_options.PartitionIdHeader is { } header && flumeEvent.Headers.Contains(header));

    /// <summary>The record without its value, which <see cref="Serialize"/> makes.</summary>
    public Message<byte[]?, FlumeEvent> Build(FlumeEvent flumeEvent)
    {
        var message = new Message<byte[]?, FlumeEvent> { Value = flumeEvent };
        var headers = flumeEvent.Headers;
        if (headers.Count == 0)
        {
            return message;
        }

        if (headers.TryGet(KeyHeader, out var key))
        {
            message.Key = Encoding.UTF8.GetBytes(key);
        }

        if (_options.TimestampHeader is { } header && headers.TryGet(header, out var text))
        {
            if (headers.TryGetInt64(header, out var time) && time >= 0)
            {
                message.Timestamp = new Timestamp(time, TimestampType.CreateTime);
            }
            else
            {
                _onInvalidTimestamp(text);
            }
        }

        foreach (var (name, record) in _mapped)
        {
            if (headers.TryGet(name, out var value))
            {
                (message.Headers ??= []).Add(record, Encoding.UTF8.GetBytes(value));
            }
        }

        return message;
    }

    /// <summary>The value of the record. The client copies it, so an array that is exactly the body is passed as it is.</summary>
    public byte[] Serialize(FlumeEvent flumeEvent) =>
        _options.UseFlumeEventFormat ? AvroEventCodec.Encode(flumeEvent)
        : MemoryMarshal.TryGetArray(flumeEvent.Body, out var body) && body is { Offset: 0, Array: { } array } && array.Length == body.Count ? array
        : flumeEvent.Body.ToArray();
}
