using System.Buffers;
using System.Text;

namespace Flafka.Dataflow.Components.Serialization.Avro;

/// <summary>
/// Writes an event as the Avro datum of Flume's record <c>AvroFlumeEvent</c>, a map of headers and the bytes of the body: no container,
/// no schema id. Kafka records with <c>useFlumeEventFormat</c> and the Kafka channel hold exactly this. Read by <see cref="AvroEventDecoder"/>.
/// </summary>
public static class AvroEventCodec
{
    /// <summary>The schema of the record, as Flume writes it into file headers.</summary>
    public const string Schema =
        """{"type":"record","name":"AvroFlumeEvent","namespace":"org.apache.flume.source.avro","fields":[{"name":"headers","type":{"type":"map","values":"string"}},{"name":"body","type":"bytes"}]}""";

    /// <summary>The datum of an event in an array of its own.</summary>
    public static byte[] Encode(FlumeEvent flumeEvent)
    {
        ArgumentNullException.ThrowIfNull(flumeEvent);
        var datum = new byte[Length(flumeEvent)];
        Fill(datum, flumeEvent);
        return datum;
    }

    /// <summary>Appends the datum of an event.</summary>
    public static void Write(FlumeEvent flumeEvent, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(flumeEvent);
        ArgumentNullException.ThrowIfNull(output);
        var length = Length(flumeEvent);
        Fill(output.GetSpan(length)[..length], flumeEvent);
        output.Advance(length);
    }

    private static int Length(FlumeEvent flumeEvent)
    {
        long length = 1; // the end of the map
        var headers = flumeEvent.Headers;
        if (headers.Count > 0)
        {
            length += AvroVarint.Length(headers.Count);
            for (var i = 0; i < headers.Count; i++)
            {
                var (name, value) = headers[i];
                length += TextLength(name) + TextLength(value);
            }
        }

        length += AvroVarint.Length(flumeEvent.Body.Length) + flumeEvent.Body.Length;
        return checked((int)length);
    }

    private static long TextLength(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return AvroVarint.Length(bytes) + (long)bytes;
    }

    private static void Fill(Span<byte> datum, FlumeEvent flumeEvent)
    {
        var headers = flumeEvent.Headers;
        if (headers.Count > 0)
        {
            AvroVarint.Write(ref datum, headers.Count);
            for (var i = 0; i < headers.Count; i++)
            {
                var (name, value) = headers[i];
                FillText(ref datum, name);
                FillText(ref datum, value);
            }
        }

        AvroVarint.Write(ref datum, 0);
        AvroVarint.Write(ref datum, flumeEvent.Body.Length);
        flumeEvent.Body.Span.CopyTo(datum);
    }

    private static void FillText(ref Span<byte> datum, string text)
    {
        AvroVarint.Write(ref datum, Encoding.UTF8.GetByteCount(text));
        datum = datum[Encoding.UTF8.GetBytes(text, datum)..];
    }
}
