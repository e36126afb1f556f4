using System.Buffers;
using System.Text;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Headers as <c>{a=1, b=2}</c>, in the order in which Flume prints them. Nothing is escaped.</summary>
internal static class HeaderText
{
    private const int UsualCount = 64;

    /// <summary>Appends the text in UTF-8.</summary>
    // Flume: the default charset of the Java process; UTF-8 on every machine that matters.
    public static void Write(IBufferWriter<byte> output, EventHeaders headers)
    {
        Span<int> places = headers.Count <= UsualCount ? stackalloc int[headers.Count] : new int[headers.Count];
        JavaHeaderOrder.Fill(headers, places);
        Write(output, "{");
        for (var i = 0; i < places.Length; i++)
        {
            if (i > 0)
            {
                Write(output, ", ");
            }

            var (name, value) = headers[places[i]];
            Write(output, name);
            Write(output, "=");
            Write(output, value);
        }

        Write(output, "}");
    }

    /// <summary>Appends the text.</summary>
    public static void Append(StringBuilder output, EventHeaders headers)
    {
        Span<int> places = headers.Count <= UsualCount ? stackalloc int[headers.Count] : new int[headers.Count];
        JavaHeaderOrder.Fill(headers, places);
        output.Append('{');
        for (var i = 0; i < places.Length; i++)
        {
            var (name, value) = headers[places[i]];
            output.Append(i > 0 ? ", " : string.Empty).Append(name).Append('=').Append(value);
        }

        output.Append('}');
    }

    private static void Write(IBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
