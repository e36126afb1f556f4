using System.Buffers;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Writes the headers as <c>{name=value, name=value}</c>, a blank and the body, each event followed by a line feed.</summary>
[Serializer("HEADER_AND_TEXT", JavaClass = "org.apache.flume.serialization.HeaderAndBodyTextEventSerializer$Builder")]
public sealed class HeaderAndTextSerializer(TextSerializerOptions options) : IEventSerializer
{
    private readonly int _newline = options.AppendNewline ? 1 : 0;
    private readonly ArrayBufferWriter<byte> _text = new();
    private EventHeaders? _headers;

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
        if (!ReferenceEquals(_headers, flumeEvent.Headers))
        {
            _text.ResetWrittenCount();
            _headers = null;
            HeaderText.Write(_text, flumeEvent.Headers);
            _text.Write(" "u8);
            _headers = flumeEvent.Headers; // events of one file or connection share theirs
        }

        output.Write(_text.WrittenSpan);
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
