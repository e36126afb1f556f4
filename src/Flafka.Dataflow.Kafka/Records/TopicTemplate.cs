using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Kafka;

/// <summary>A topic with Flume's escapes: headers, the time of the event, names of this machine. For one thread at a time.</summary>
internal sealed class TopicTemplate
{
    private readonly PathTemplate _template;
    private BucketPath? _path;
    private string? _topic;

    private TopicTemplate(PathTemplate template) => _template = template;

    /// <summary>Takes a topic apart; <see langword="null"/> when it has no escapes.</summary>
    /// <exception cref="FormatException"><c>%[name]</c> with a name that means nothing.</exception>
    public static TopicTemplate? Parse(string topic) =>
        topic.Contains('%', StringComparison.Ordinal) && PathTemplate.Parse(topic) is { Parts: not [{ Kind: PathPartKind.Literal }] } template ? new TopicTemplate(template) : null;

    /// <summary>Asks for the names of this machine, where they are needed. May wait for a name server.</summary>
    public void Prepare() =>
        _path ??= new BucketPath(_template.NeedsHost ? _template.WithHost(HostNames.Find()) : _template, new PathClock(TimeZoneInfo.Local, null), useLocalTime: false);

    /// <summary>The topic of an event. The usual event has the headers, or their values, of the one before.</summary>
    /// <exception cref="FormatException">The event has no time, or none that can be used, or its topic is empty.</exception>
    public string Resolve(EventHeaders headers)
    {
        if (_template.NeedsTime && !headers.Contains("timestamp"))
        {
            throw new FormatException("It has no header 'timestamp'");
        }

        if (!_path!.IsSame(headers) || _topic is null)
        {
            _topic = _path.Text.ToString();
        }

        return _topic.Length > 0 ? _topic : throw new FormatException("Nothing is left of kafka.topic, because headers that it names are missing");
    }
}
