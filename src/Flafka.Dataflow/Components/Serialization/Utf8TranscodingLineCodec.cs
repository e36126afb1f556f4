using System.Text;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>UTF-8 in, another character set out.</summary>
internal sealed class Utf8TranscodingLineCodec(DecodeErrorPolicy decodeErrors, Encoding output) : LineCodec
{
    private readonly Utf8LineCodec _utf8 = new(decodeErrors);
    private readonly bool _keepsAscii = JavaCharset.KeepsAscii(output);

    public override int NewlineBytes => 1;

    public override bool IsVerbatim => _keepsAscii;

    public override bool IsText(ReadOnlySpan<byte> bytes) => _keepsAscii && Ascii.IsValid(bytes);

    public override int IndexOfNewline(ReadOnlySpan<byte> bytes) => _utf8.IndexOfNewline(bytes);

    public override int LastIndexOfNewline(ReadOnlySpan<byte> bytes) => _utf8.LastIndexOfNewline(bytes);

    public override Outcome Take(
        ReadOnlyMemory<byte> line, LineEnd end, int maxChars, out ReadOnlyMemory<byte> body, out int consumed, out bool isCut)
    {
        var outcome = _utf8.Take(line, end, maxChars, out body, out consumed, out isCut);
        if (outcome == Outcome.Body)
        {
            body = (byte[])[.. output.Preamble, .. output.GetBytes(Encoding.UTF8.GetString(body.Span))];
        }

        return outcome;
    }
}
