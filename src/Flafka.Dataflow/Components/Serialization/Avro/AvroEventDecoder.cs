using System.Text;

namespace Flafka.Dataflow.Components.Serialization.Avro;

/// <summary>Reads the datum that <see cref="AvroEventCodec"/> describes. Remembers the names of headers, so it belongs to one reader; not thread-safe.</summary>
public sealed class AvroEventDecoder
{
    private const int MostNames = 256;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _names =
        new Dictionary<byte[], string>(BytesComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly EventHeadersBuilder _builder = new();

    /// <summary>Reads an event. Its body is a slice of <paramref name="datum"/>, which must not change afterwards.</summary>
    /// <exception cref="FormatException">This is no such datum.</exception>
    public FlumeEvent Decode(ReadOnlyMemory<byte> datum)
    {
        var body = Decode(datum, _builder);
        return new FlumeEvent(body, _builder.Build());
    }

    /// <summary>Reads the headers into a builder, so that the caller can add its own, and gives the body.</summary>
    /// <exception cref="FormatException">This is no such datum; the builder is empty then.</exception>
    public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> datum, EventHeadersBuilder headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        try
        {
            var rest = datum.Span;
            ReadHeaders(ref rest, headers);
            var length = ReadLength(ref rest, "body");

            // Flume-compatible: bytes behind the record are not looked at.
            return datum.Slice(datum.Length - rest.Length, length);
        }
        catch
        {
            headers.Clear();
            throw;
        }
    }

    private void ReadHeaders(ref ReadOnlySpan<byte> rest, EventHeadersBuilder headers)
    {
        while (true)
        {
            var count = AvroVarint.Read(ref rest);
            if (count == 0)
            {
                return;
            }

            if (count < 0)
            {
                AvroVarint.Read(ref rest); // the size of the block, for readers that skip it
                count = -count;
            }

            if (count < 0 || count > rest.Length / 2)
            {
                throw new FormatException("The Avro datum names more headers than it has bytes for.");
            }

            for (; count > 0; count--)
            {
                var name = Name(Take(ref rest, "name of a header"));
                headers.SetUtf8(name, Take(ref rest, "header").ToArray());
            }
        }
    }

    private string Name(ReadOnlySpan<byte> utf8)
    {
        if (_names.TryGetValue(utf8, out var name))
        {
            return name;
        }

        try
        {
            name = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new FormatException("The name of a header in the Avro datum is not UTF-8.", invalid);
        }

        if (_names.Dictionary.Count < MostNames)
        {
            _names[utf8] = name;
        }

        return name;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, string what)
    {
        var length = ReadLength(ref rest, what);
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static int ReadLength(ref ReadOnlySpan<byte> rest, string what)
    {
        var length = AvroVarint.Read(ref rest);
        return length >= 0 && length <= rest.Length
            ? (int)length
            : throw new FormatException($"The {what} in the Avro datum has length {length}; {rest.Length} bytes are left.");
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode((ReadOnlySpan<byte>)bytes);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
