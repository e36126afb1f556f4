using System.Buffers;
using System.Text;

namespace Flafka.Dataflow.Web;

/// <content>Texts, with and without quotation marks, and their escape sequences.</content>
internal ref partial struct LenientJsonReader
{
    private static readonly SearchValues<byte> EndOfLiteral = SearchValues.Create("/\\;#={}[]:, \t\f\r\n"u8);

    private bool Literal()
    {
        var rest = _text[_position..];
        var length = rest.IndexOfAny(EndOfLiteral);
        _value = length < 0 ? rest : rest[..length];
        _position += _value.Length;
        return _value.Length > 0;
    }

    private readonly bool IsWord(ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper)
    {
        if (_value.Length != lower.Length)
        {
            return false;
        }

        for (var i = 0; i < lower.Length; i++)
        {
            if (_value[i] != lower[i] && _value[i] != upper[i])
            {
                return false;
            }
        }

        return true;
    }

    private void Quoted(byte quote)
    {
        var rest = _text[_position..];
        var end = rest.IndexOfAny(quote, (byte)'\\');
        if (end >= 0 && rest[end] == quote)
        {
            _value = rest[..end];
            _position += end + 1;
            return;
        }

        var length = 0;
        while (true)
        {
            if (end < 0)
            {
                throw Bad("a text does not end");
            }

            rest[..end].CopyTo(_scratch[length..]);
            length += end;
            _position += end + 1;
            if (rest[end] == quote)
            {
                _value = _scratch[..length];
                return;
            }

            length += Escape(_scratch[length..]);
            rest = _text[_position..];
            end = rest.IndexOfAny(quote, (byte)'\\');
        }
    }

    private int Escape(Span<byte> target)
    {
        var c = Read("an escape sequence does not end");
        if (c == 'u')
        {
            return Unicode(target);
        }

        target[0] = c switch
        {
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'f' => (byte)'\f',
            (byte)'\n' or (byte)'\'' or (byte)'"' or (byte)'\\' or (byte)'/' => c,
            _ => throw Bad("there is no such escape sequence"),
        };
        return 1;
    }

    private int Unicode(Span<byte> target)
    {
        var first = (char)Hex();
        if (char.IsHighSurrogate(first) && _text[_position..].StartsWith("\\u"u8))
        {
            var start = _position;
            _position += 2;
            var second = (char)Hex();
            if (char.IsLowSurrogate(second))
            {
                return new Rune(first, second).EncodeToUtf8(target);
            }

            _position = start;
        }

        if (Rune.TryCreate(first, out var rune))
        {
            return rune.EncodeToUtf8(target);
        }

        target[0] = (byte)'?'; // Flume-compatible: Java's encoder writes this for half a character
        return 1;
    }

    private int Hex()
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            var c = Read("an escape sequence does not end");
            value = char.IsAsciiHexDigit((char)c) ? (value << 4) + (c & 0xF) + (9 * (c >> 6)) : throw Bad("an escape sequence needs four hexadecimal digits");
        }

        return value;
    }

    private byte Read(string problem) => _position < _text.Length ? _text[_position++] : throw Bad(problem);
}
