using System.Buffers;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>Body and line feed; a body <c>poison</c> has no form.</summary>
internal sealed class LineSerializer(bool endsLines = true, string? head = null, string? tail = null) : IEventSerializer
{
    public bool SupportsReopen => head is null;

    public void Begin(IBufferWriter<byte> output) => output.Write(System.Text.Encoding.UTF8.GetBytes(head ?? ""));

    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        if (flumeEvent.Body.Span.SequenceEqual("poison"u8))
        {
            throw new PoisonEventException("This body has no form.", 0);
        }

        output.Write(flumeEvent.Body.Span);
        if (endsLines)
        {
            output.Write("\n"u8);
        }
    }

    public void Flush(IBufferWriter<byte> output)
    {
    }

    public void Finish(IBufferWriter<byte> output) => output.Write(System.Text.Encoding.UTF8.GetBytes(tail ?? ""));
}
