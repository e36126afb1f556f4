using System.Globalization;

namespace Flafka.Dataflow.Paths;

/// <summary>Text under construction; its memory is used again.</summary>
internal sealed class TextBuffer
{
    private char[] _chars = new char[256];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => _chars.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(char value)
    {
        Ensure(1);
        _chars[Length++] = value;
    }

    public void Append(ReadOnlySpan<char> value)
    {
        Ensure(value.Length);
        value.CopyTo(_chars.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>A number in decimal, without padding.</summary>
    public void Append(long value)
    {
        Ensure(20);
        value.TryFormat(_chars.AsSpan(Length), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>A number from 0 to 99 in two digits.</summary>
    public void AppendTwoDigits(int value)
    {
        Ensure(2);
        _chars[Length++] = (char)('0' + (value / 10));
        _chars[Length++] = (char)('0' + (value % 10));
    }

    public override string ToString() => Text.ToString();

    private void Ensure(int more)
    {
        if (Length + more > _chars.Length)
        {
            Array.Resize(ref _chars, Math.Max(Length + more, 2 * _chars.Length));
        }
    }
}
