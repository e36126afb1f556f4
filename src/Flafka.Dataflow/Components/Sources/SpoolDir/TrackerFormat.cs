using System.Buffers;
using System.Text;
using Flafka.Dataflow.Components.Serialization.Avro;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// Flume's tracker file: an Avro object container with the data file's path in its metadata and the positions as records of one long, of
/// which the last counts. Flume reads what is written here, and the other way round.
/// </summary>
internal static class TrackerFormat
{
    private const string Schema =
        """{"type":"record","name":"TransferStateFileMeta","namespace":"org.apache.flume.serialization","fields":[{"name":"offset","type":"long"}]}""";

    private static readonly byte[] Magic = [(byte)'O', (byte)'b', (byte)'j', 1];

    // Separates blocks; any 16 bytes will do, as long as they are the ones in the head of the same file.
    private static readonly byte[] Sync = "flafka.position."u8.ToArray();

    /// <summary>A whole file.</summary>
    public static byte[] Encode(string file, long offset)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        bytes.Write(Magic);
        WriteLong(bytes, 2);
        WriteText(bytes, "avro.schema");
        WriteText(bytes, Schema);
        WriteText(bytes, "file");
        WriteText(bytes, file);
        WriteLong(bytes, 0);
        bytes.Write(Sync);
        WriteLong(bytes, 1);
        WriteLong(bytes, AvroVarint.Length(offset));
        WriteLong(bytes, offset);
        bytes.Write(Sync);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file; a record that is cut off does not count.</summary>
    /// <returns><see langword="null"/> when it is not a tracker file.</returns>
    public static TrackerRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic))
        {
            return null;
        }

        bytes = bytes[Magic.Length..];
        if (!TryReadFile(ref bytes, out var file) || file is null || bytes.Length < Sync.Length)
        {
            return null;
        }

        var sync = bytes[..Sync.Length];
        bytes = bytes[Sync.Length..];
        long? last = null;
        while (TryReadLong(ref bytes, out var count) && TryReadLong(ref bytes, out var size)
            && size >= 0 && size <= bytes.Length - sync.Length && bytes.Slice((int)size, sync.Length).SequenceEqual(sync))
        {
            var block = bytes[..(int)size];
            while (count-- > 0 && TryReadLong(ref block, out var offset))
            {
                last = offset;
            }

            bytes = bytes[((int)size + sync.Length)..];
        }

        return new TrackerRecord(file, last);
    }

    private static bool TryReadFile(ref ReadOnlySpan<byte> bytes, out string? file)
    {
        file = null;
        while (TryReadLong(ref bytes, out var pairs))
        {
            if (pairs == 0)
            {
                return true;
            }

            if (pairs < 0)
            {
                pairs = -pairs; // then the size of the block follows
                if (!TryReadLong(ref bytes, out _))
                {
                    return false;
                }
            }

            for (; pairs > 0; pairs--)
            {
                if (!TryReadBytes(ref bytes, out var key) || !TryReadBytes(ref bytes, out var value))
                {
                    return false;
                }

                if (key.SequenceEqual("file"u8))
                {
                    file = Encoding.UTF8.GetString(value);
                }
            }
        }

        return false;
    }

    private static bool TryReadBytes(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadLong(ref bytes, out var length) || length < 0 || length > bytes.Length)
        {
            return false;
        }

        value = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryReadLong(ref ReadOnlySpan<byte> bytes, out long value)
    {
        try
        {
            value = AvroVarint.Read(ref bytes);
            return true;
        }
        catch (FormatException)
        {
            value = 0; // the file ends here, or is something else
            return false;
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> bytes, string text)
    {
        WriteLong(bytes, Encoding.UTF8.GetByteCount(text));
        bytes.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void WriteLong(ArrayBufferWriter<byte> bytes, long value)
    {
        var length = AvroVarint.Length(value);
        var digits = bytes.GetSpan(length);
        AvroVarint.Write(ref digits, value);
        bytes.Advance(length);
    }
}
