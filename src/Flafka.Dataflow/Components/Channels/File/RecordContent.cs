using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Reads what stands in records. The checksum has been compared before, so a mistake here is one of the program that wrote it.</summary>
internal static class RecordContent
{
    /// <summary>The events of a record of puts. Their bodies are slices of it.</summary>
    /// <exception cref="InvalidDataException">It does not hold what its header says.</exception>
    public static ImmutableArray<FlumeEvent> Events(ReadOnlyMemory<byte> content, int count)
    {
        var bytes = content.Span;
        var events = new FlumeEvent[count];
        var headers = EventHeaders.Empty;
        ReadOnlySpan<byte> block = [0];
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            // The block of the event before is the usual one again.
            if (bytes[position..].StartsWith(block))
            {
                position += block.Length;
            }
            else
            {
                var start = position;
                headers = Headers(bytes, ref position);
                block = bytes[start..position];
            }

            var length = (int)Varint(bytes, ref position);
            if ((uint)length > bytes.Length - position)
            {
                throw Malformed();
            }

            events[i] = new FlumeEvent(content.Slice(position, length), headers);
            position += length;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(events);
    }

    /// <summary>The runs of a record of commits, and the bytes of their bodies.</summary>
    /// <exception cref="InvalidDataException">It does not hold what its header says.</exception>
    public static long Consumed(ReadOnlySpan<byte> content, long first, List<(long First, long End)> runs)
    {
        var position = 0;
        var bodyBytes = (long)Varint(content, ref position);
        while (position < content.Length)
        {
            first += (long)Varint(content, ref position);
            var end = first + (long)Varint(content, ref position);
            if (end < first)
            {
                throw Malformed();
            }

            runs.Add((first, end));
            first = end;
        }

        return bodyBytes;
    }

    public static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= bytes.Length)
            {
                throw Malformed();
            }

            var next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    public static string Text(ReadOnlySpan<byte> bytes, ref int position)
    {
        var length = (int)Varint(bytes, ref position);
        if ((uint)length > bytes.Length - position)
        {
            throw Malformed();
        }

        position += length;
        return Encoding.UTF8.GetString(bytes.Slice(position - length, length));
    }

    private static EventHeaders Headers(ReadOnlySpan<byte> bytes, ref int position)
    {
        var headers = new EventHeadersBuilder();
        for (var left = Varint(bytes, ref position); left > 0; left--)
        {
            var name = Text(bytes, ref position);
            headers.Set(name, Text(bytes, ref position));
        }

        return headers.Build();
    }

    private static InvalidDataException Malformed() => new("The record does not hold what its header says.");
}
