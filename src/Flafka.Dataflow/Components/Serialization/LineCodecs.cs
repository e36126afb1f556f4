using System.Text;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Chooses the codec for a file of lines.</summary>
internal static class LineCodecs
{
    /// <summary>The codec, and where the text of the file begins.</summary>
    public static async ValueTask<(LineCodec Codec, int FirstByte)> ChooseAsync(DeserializerInput input, string outputCharset, CancellationToken abort)
    {
        var charset = input.Charset.Trim();
        var isUtf8Output = JavaCharset.IsUtf8(outputCharset);
        var output = Get(outputCharset, DecodeErrorPolicy.Fail);
        if (JavaCharset.IsUtf8(charset))
        {
            return (isUtf8Output ? new Utf8LineCodec(input.DecodeErrors) : new Utf8TranscodingLineCodec(input.DecodeErrors, output), 0);
        }

        // Java: only the names without an order look for a mark, and leave it out. Flume forgets what it saw when it reads on in the
        // middle of a file; here the head of the file is looked at every time.
        var hasMark = false;
        if (charset.Equals("UTF-16", StringComparison.OrdinalIgnoreCase) || charset.Equals("UTF-32", StringComparison.OrdinalIgnoreCase))
        {
            var head = new byte[4];
            var length = await ReadHeadAsync(input, head, abort);
            (charset, hasMark) = Order(charset, head.AsSpan(0, length));
        }

        var encoding = Get(charset, input.DecodeErrors);
        var newline = encoding.GetBytes("\n");
        return (new TextLineCodec(encoding, output, newline), hasMark ? newline.Length : 0);
    }

    private static async ValueTask<int> ReadHeadAsync(DeserializerInput input, Memory<byte> head, CancellationToken abort)
    {
        var length = 0;
        while (length < head.Length && length < input.Length && await input.File.ReadAsync(head[length..], length, abort) is var read and > 0)
        {
            length += read;
        }

        return length;
    }

    private static (string Charset, bool HasMark) Order(string charset, ReadOnlySpan<byte> head) =>
        charset.EndsWith("32", StringComparison.Ordinal)
            ? head switch
            {
                [0, 0, 0xFE, 0xFF] => ("UTF-32BE", true),
                [0xFF, 0xFE, 0, 0] => ("UTF-32LE", true),
                _ => ("UTF-32BE", false),
            }
            : head switch
            {
                [0xFE, 0xFF, ..] => ("UTF-16BE", true),
                [0xFF, 0xFE, ..] => ("UTF-16LE", true),
                _ => ("UTF-16BE", false),
            };

    private static Encoding Get(string charset, DecodeErrorPolicy policy) => JavaCharset.TryGet(charset, policy, out var encoding)
        ? encoding
        : throw new EventReadException($"The character set '{charset}' is not known.");
}
