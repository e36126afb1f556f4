using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>The check sum of zip, gzip and Avro. The framework has another polynomial only, and its package for this one is not on every feed.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var tables = Tables;
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, uint>(bytes))
        {
            var four = crc ^ (BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
            crc = tables[768 + (byte)four] ^ tables[512 + (byte)(four >> 8)] ^ tables[256 + (byte)(four >> 16)] ^ tables[four >> 24];
        }

        foreach (var one in bytes[(bytes.Length & ~3)..])
        {
            crc = tables[(byte)(crc ^ one)] ^ (crc >> 8);
        }

        return ~crc;
    }

    // Table k is for a byte that k more bytes follow.
    private static uint[] MakeTables()
    {
        var tables = new uint[4 * 256];
        for (var i = 0; i < tables.Length; i++)
        {
            if (i >= 256)
            {
                tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
                continue;
            }

            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            tables[i] = crc;
        }

        return tables;
    }
}
