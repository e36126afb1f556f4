namespace Flafka.Dataflow;

/// <summary>Declares a serializer.</summary>
/// <param name="alias">The short name in a configuration, compared without case.</param>
public sealed class SerializerAttribute(string alias) : ComponentAttribute(ComponentKind.Serializer, alias)
{
    /// <summary>
    /// Whether nobody can read a file before it is finished, whatever was flushed. Only sinks that commit events with the whole file take such a
    /// serializer; see <see cref="ICommitsFiles"/>.
    /// </summary>
    public bool CountsWhenFinished { get; init; }
}
