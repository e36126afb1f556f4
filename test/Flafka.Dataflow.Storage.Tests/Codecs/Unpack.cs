using System.Buffers.Binary;
using System.IO.Compression;
using Flafka.Dataflow.Storage.Codecs;
using ICSharpCode.SharpZipLib.BZip2;

namespace Flafka.Dataflow.Storage.Tests.Codecs;

/// <summary>Reads what codecs wrote: streams behind one another.</summary>
internal static class Unpack
{
    public static byte[] All(CompressionCodec codec, byte[] bytes)
    {
        var input = new MemoryStream(bytes);
        var plain = new MemoryStream();
        if (codec == CompressionCodec.Snappy)
        {
            return Snappy(bytes);
        }

        if (codec == CompressionCodec.Gzip)
        {
            new GZipStream(input, CompressionMode.Decompress).CopyTo(plain);
            return plain.ToArray();
        }

        while (input.Position < input.Length)
        {
            if (codec == CompressionCodec.BZip2)
            {
                BZip2.Decompress(input, plain, isStreamOwner: false);
                continue;
            }

            // The framework's stream reads on behind the end; this one tells how far it needed to.
            var inflater = new ICSharpCode.SharpZipLib.Zip.Compression.Inflater();
            inflater.SetInput(bytes, (int)input.Position, (int)(input.Length - input.Position));
            var piece = new byte[4096];
            while (!inflater.IsFinished)
            {
                var count = inflater.Inflate(piece);
                if (count == 0 && !inflater.IsFinished)
                {
                    throw new EndOfStreamException();
                }

                plain.Write(piece, 0, count);
            }

            input.Position = input.Length - inflater.RemainingInput;
        }

        return plain.ToArray();
    }

    private static byte[] Snappy(byte[] bytes)
    {
        var plain = new List<byte>();
        for (var next = 0; next < bytes.Length;)
        {
            var end = plain.Count + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next));
            next += 4;
            while (plain.Count < end)
            {
                var size = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next));
                plain.AddRange(IronSnappy.Snappy.Decode(bytes.AsSpan(next + 4, size)));
                next += 4 + size;
            }
        }

        return [.. plain];
    }
}
