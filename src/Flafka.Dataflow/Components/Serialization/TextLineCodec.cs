using System.Runtime.InteropServices;
using System.Text;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Any character set in, any out: every line is decoded and encoded.</summary>
/// <param name="input">Character set of the file; its fallback is the policy for malformed bytes.</param>
/// <param name="output">Character set of the bodies.</param>
/// <param name="newline">The separator as it stands in the file: 1, 2 or 4 bytes.</param>
internal sealed class TextLineCodec(Encoding input, Encoding output, byte[] newline) : LineCodec
{
    private readonly Decoder _decoder = input.GetDecoder();
    private readonly bool _keepsAscii = newline.Length == 1 && JavaCharset.KeepsAscii(input) && JavaCharset.KeepsAscii(output);
    private readonly ushort _newline16 = newline.Length == 2 ? MemoryMarshal.Read<ushort>(newline) : (ushort)0;
    private readonly uint _newline32 = newline.Length == 4 ? MemoryMarshal.Read<uint>(newline) : 0;
    private char[] _chars = [];

    // The last body ended with half a surrogate pair; the other half begins the next one.
    private bool _isSplit;

    public override int NewlineBytes => newline.Length;

    public override bool IsVerbatim => _keepsAscii;

    public override bool IsText(ReadOnlySpan<byte> bytes) => _keepsAscii && Ascii.IsValid(bytes);

    public override int IndexOfNewline(ReadOnlySpan<byte> bytes) => newline.Length switch
    {
        1 => bytes.IndexOf(newline[0]),
        2 => Scale(MemoryMarshal.Cast<byte, ushort>(bytes).IndexOf(_newline16)),
        _ => Scale(MemoryMarshal.Cast<byte, uint>(bytes).IndexOf(_newline32)),
    };

    public override int LastIndexOfNewline(ReadOnlySpan<byte> bytes) => newline.Length switch
    {
        1 => bytes.LastIndexOf(newline[0]),
        2 => Scale(MemoryMarshal.Cast<byte, ushort>(bytes).LastIndexOf(_newline16)),
        _ => Scale(MemoryMarshal.Cast<byte, uint>(bytes).LastIndexOf(_newline32)),
    };

    public override Outcome Take(
        ReadOnlyMemory<byte> line, LineEnd end, int maxChars, out ReadOnlyMemory<byte> body, out int consumed, out bool isCut)
    {
        body = default;
        isCut = false;
        var skip = _isSplit ? 1 : 0;
        var limit = skip + maxChars;
        Reserve(line.Length);
        consumed = line.Length;
        var wasSplit = _isSplit;
        // Far longer than the limit: not decoded whole again for every piece of it.
        var chars = line.Length / 4 >= limit ? limit : DecodeAll(line.Span, end);
        if (chars < 0 || chars >= limit)
        {
            chars = DecodeUpTo(limit, line.Span, out consumed);
            isCut = chars == limit;
            if (!isCut)
            {
                _isSplit = wasSplit;
                chars = DecodeAll(line.Span, end);
                consumed = line.Length;
            }
        }

        if (chars < 0)
        {
            return Outcome.Malformed;
        }

        if (!isCut && end == LineEnd.Open)
        {
            return Outcome.NeedsMore;
        }

        if (!isCut && end == LineEnd.EndOfFile && chars == 0)
        {
            return Outcome.Nothing;
        }

        _isSplit &= isCut;
        body = Encode(_chars.AsSpan(skip, chars - skip));
        return Outcome.Body;
    }

    private int Scale(int index) => index < 0 ? -1 : index * newline.Length;

    private void Reserve(int bytes)
    {
        var most = input.GetMaxCharCount(bytes) + 2;
        if (_chars.Length < most)
        {
            _chars = new char[Math.Max(most, 4096)];
        }
    }

    /// <returns>-1 when there are malformed bytes and the policy is to fail.</returns>
    private int DecodeAll(ReadOnlySpan<byte> line, LineEnd end)
    {
        _decoder.Reset();
        try
        {
            // Flume-compatible: a character cut off by the end of the file is dropped, so it is left inside the decoder.
            return _decoder.GetChars(line, _chars, flush: end == LineEnd.Newline);
        }
        catch (DecoderFallbackException)
        {
            return -1;
        }
    }

    // For lines that are cut, which are rare: one unit at a time shows how many bytes the characters took.
    private int DecodeUpTo(int limit, ReadOnlySpan<byte> line, out int consumed)
    {
        _decoder.Reset();
        _isSplit = false;
        var chars = 0;
        var start = 0;
        for (consumed = 0; chars < limit && consumed < line.Length;)
        {
            var unit = line.Slice(consumed, Math.Min(newline.Length, line.Length - consumed));
            int more;
            try
            {
                more = _decoder.GetChars(unit, _chars.AsSpan(chars), flush: false);
            }
            catch (DecoderFallbackException)
            {
                return chars;
            }

            if (chars + more > limit)
            {
                // Flume-compatible: the limit counts UTF-16 units and may cut a pair; each half is written as '?'. The position stays
                // before the character, so a restart there reads it whole. Without a pair it was U+FFFD and the character behind it.
                _isSplit = char.IsHighSurrogate(_chars[limit - 1]);
                consumed = _isSplit ? start : consumed;
                return limit;
            }

            chars += more;
            consumed += unit.Length;
            start = more > 0 ? consumed : start;
        }

        return chars;
    }

    private byte[] Encode(ReadOnlySpan<char> chars)
    {
        var preamble = output.Preamble; // Java writes a byte order mark into every body in UTF-16
        var body = new byte[preamble.Length + output.GetByteCount(chars)];
        preamble.CopyTo(body);
        output.GetBytes(chars, body.AsSpan(preamble.Length));
        return body;
    }
}
