using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>UTF-8 in and UTF-8 out: bodies are slices of what was read, unless something in them must be replaced.</summary>
internal sealed class Utf8LineCodec(DecodeErrorPolicy decodeErrors) : LineCodec
{
    private static readonly byte[] Replacement = [0xEF, 0xBF, 0xBD];

    // The last body ended with half a surrogate pair; the other half begins the next one.
    private bool _isSplit;

    public override int NewlineBytes => 1;

    public override bool IsVerbatim => true;

    public override bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes);

    public override int IndexOfNewline(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n');

    public override int LastIndexOfNewline(ReadOnlySpan<byte> bytes) => bytes.LastIndexOf((byte)'\n');

    public override Outcome Take(
        ReadOnlyMemory<byte> line, LineEnd end, int maxChars, out ReadOnlyMemory<byte> body, out int consumed, out bool isCut)
    {
        var bytes = line.Span;
        if (!_isSplit && bytes.Length >= maxChars && Ascii.IsValid(bytes[..maxChars]))
        {
            (body, consumed, isCut) = (line[..maxChars], maxChars, true);
            return Outcome.Body;
        }

        // At most three bytes for a unit, so anything longer is cut for sure.
        if (!_isSplit && end == LineEnd.Newline && bytes.Length / 3 < maxChars && Utf8.IsValid(bytes)
            && (bytes.Length < maxChars || Encoding.UTF8.GetCharCount(bytes) < maxChars))
        {
            (body, consumed, isCut) = (line, line.Length, false);
            return Outcome.Body;
        }

        return Walk(line, end, maxChars, out body, out consumed, out isCut);
    }

    private Outcome Walk(ReadOnlyMemory<byte> line, LineEnd end, int maxChars, out ReadOnlyMemory<byte> body, out int at, out bool isCut)
    {
        var bytes = line.Span;
        ArrayBufferWriter<byte>? changed = null;
        var copied = 0;
        var chars = 0;
        at = 0;
        body = default;
        isCut = false;
        var wasSplit = _isSplit;
        if (wasSplit)
        {
            changed = Replace(changed, [], "?"u8);
            (at, copied, chars) = (4, 4, 1);
            _isSplit = false;
        }

        while (at < bytes.Length && chars < maxChars)
        {
            if (bytes[at] < 0x80)
            {
                at++;
                chars++;
                continue;
            }

            var status = Decode(bytes[at..], out var units, out var width);
            if (status == OperationStatus.Done)
            {
                if (chars + units > maxChars)
                {
                    // Flume-compatible: the limit counts UTF-16 units and may cut a pair; each half is written as '?'. The position stays
                    // before the character, so a restart there reads it whole.
                    changed = Replace(changed, bytes[copied..at], "?"u8);
                    copied = at;
                    _isSplit = true;
                    chars = maxChars;
                    break;
                }

                at += width;
                chars += units;
                continue;
            }

            if (status == OperationStatus.NeedMoreData && end == LineEnd.EndOfFile)
            {
                changed = Replace(changed, bytes[copied..at], []); // Flume-compatible: a character cut off by the end of the file is dropped
                at = copied = bytes.Length;
                break;
            }

            if (status == OperationStatus.NeedMoreData && end == LineEnd.Open)
            {
                _isSplit = wasSplit;
                return Outcome.NeedsMore;
            }

            if (decodeErrors == DecodeErrorPolicy.Fail)
            {
                _isSplit = wasSplit;
                return Outcome.Malformed;
            }

            changed = Replace(changed, bytes[copied..at], decodeErrors == DecodeErrorPolicy.Replace ? Replacement : []);
            chars += decodeErrors == DecodeErrorPolicy.Replace ? 1 : 0;
            at += width;
            copied = at;
        }

        isCut = chars == maxChars;
        if (!isCut && end == LineEnd.Open)
        {
            _isSplit = wasSplit;
            return Outcome.NeedsMore;
        }

        if (!isCut && end == LineEnd.EndOfFile && chars == 0)
        {
            return Outcome.Nothing;
        }

        body = changed is null ? line[..at] : Replace(changed, bytes[copied..at], []).WrittenSpan.ToArray();
        return Outcome.Body;
    }

    // The JDK's rules for the length of a malformed sequence, which are .NET's except for encoded surrogates.
    private static OperationStatus Decode(ReadOnlySpan<byte> bytes, out int units, out int width)
    {
        if (bytes is [0xED, >= 0xA0 and <= 0xBF, ..])
        {
            units = 0;
            width = bytes.Length > 2 && (bytes[2] & 0xC0) == 0x80 ? 3 : 2;
            return bytes.Length == 2 ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        var status = Rune.DecodeFromUtf8(bytes, out var rune, out width);
        units = rune.Utf16SequenceLength;
        return status;
    }

    private static ArrayBufferWriter<byte> Replace(ArrayBufferWriter<byte>? changed, ReadOnlySpan<byte> before, ReadOnlySpan<byte> instead)
    {
        changed ??= new ArrayBufferWriter<byte>(before.Length + 64);
        changed.Write(before);
        changed.Write(instead);
        return changed;
    }
}
