using System.Buffers;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Writes the bodies of events, each followed by a line feed.</summary>
[Serializer("TEXT", JavaClass = "org.apache.flume.serialization.BodyTextEventSerializer$Builder")]
public sealed class TextSerializer(TextSerializerOptions options) : IEventSerializer
{
    private readonly int _newline = options.AppendNewline ? 1 : 0;

    /// <inheritdoc/>
    public bool SupportsReopen => true;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(flumeEvent);
        LineOfText.Write(output, flumeEvent.Body.Span, _newline);
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output)
    {
    }
}
