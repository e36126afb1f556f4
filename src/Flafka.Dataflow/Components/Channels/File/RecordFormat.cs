using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>How segments and records look on disk; FORMAT.md beside this file says why.</summary>
internal static class RecordFormat
{
    /// <summary>Bytes in front of the first record of a segment.</summary>
    public const int SegmentHeaderSize = 32;

    /// <summary>Bytes in front of the content of a record.</summary>
    public const int HeaderSize = 36;

    /// <summary>A record of puts ends with the event that brings it to this size: what one flipped bit can take with it, and what is read at least.</summary>
    public const int TargetRecordSize = 60 * 1024;

    public const uint RecordMagic = 0x1A4B4C46; // "FLK" and a byte that text does not have

    private const ulong SegmentMagic = 0x0A31474553_4B4C46; // "FLKSEG1\n"

    /// <summary>CRC-32C.</summary>
    public static uint Checksum(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = ~seed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var last in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, last);
        }

        return ~crc;
    }

    /// <summary>What the checksums of a segment start from, so that records of another segment never count as its own.</summary>
    public static uint Seed(long segment) => (uint)segment * 0x9E3779B9;

    public static void WriteSegmentHeader(Span<byte> target, long segment, long nextSequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, SegmentMagic);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], segment);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], nextSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Checksum(Seed(segment), target[..28]));
    }

    /// <summary>The sequence number that was next when the segment was begun; <see langword="null"/> when the header is damaged.</summary>
    public static long? ReadSegmentHeader(ReadOnlySpan<byte> header, long segment) =>
        header.Length >= SegmentHeaderSize
        && BinaryPrimitives.ReadUInt64LittleEndian(header) == SegmentMagic
        && BinaryPrimitives.ReadUInt32LittleEndian(header[28..]) == Checksum(Seed(segment), header[..28])
            ? BinaryPrimitives.ReadInt64LittleEndian(header[16..])
            : null;

    /// <summary>Writes the header of a record whose content stands behind it.</summary>
    public static void WriteHeader(Span<byte> record, RecordKind kind, long segment, long first, int count, int bodyBytes)
    {
        var content = record[HeaderSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(record, RecordMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)kind);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], count);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], first);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], bodyBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], Checksum(Seed(segment), content));
        BinaryPrimitives.WriteUInt32LittleEndian(record[32..], Checksum(Seed(segment), record[..32]));
    }

    /// <summary>Reads the header of a record.</summary>
    /// <returns>False when there is none, or a damaged one.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, long segment, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < HeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != RecordMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]) != Checksum(Seed(segment), bytes[..32]))
        {
            return false;
        }

        header = new RecordHeader(
            (RecordKind)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]));
        return header is { Length: >= 0, Count: > 0, First: >= 0 };
    }
}

/// <summary>What a record says.</summary>
internal enum RecordKind : uint
{
    /// <summary>Events were put.</summary>
    Put = 1,

    /// <summary>Sinks have committed events that were put before, in the same directory.</summary>
    Consumed = 2,
}

/// <summary>The header of a record.</summary>
internal readonly record struct RecordHeader(RecordKind Kind, int Length, int Count, long First, int BodyBytes, uint Checksum)
{
    public long End => First + Count;
}
