using System.Buffers;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>A body as a line of text.</summary>
internal static class LineOfText
{
    /// <param name="output">Takes the bytes.</param>
    /// <param name="body">Copied as it is; a line feed within is not escaped.</param>
    /// <param name="newline">1: a line feed follows, the same on every system; 0: nothing follows.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> body, int newline)
    {
        var length = body.Length + newline;
        if (length == 0)
        {
            return;
        }

        var span = output.GetSpan(length);
        body.CopyTo(span);
        if (newline > 0)
        {
            span[body.Length] = (byte)'\n';
        }

        output.Advance(length);
    }
}
