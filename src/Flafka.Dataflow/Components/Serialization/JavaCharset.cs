using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Flafka.Dataflow.Components.Serialization;

/// <summary>Character sets by the names that Java gives them, encoding as Java does: <c>?</c> for what has no place in the set.</summary>
internal static class JavaCharset
{
    private const string Unmappable = "?";

    /// <summary>Whether the name means UTF-8.</summary>
    public static bool IsUtf8(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("UTF8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds a character set; decoding errors are treated by the policy.</summary>
    public static bool TryGet(string name, DecodeErrorPolicy decodeErrors, [NotNullWhen(true)] out Encoding? encoding)
    {
        DecoderFallback decoding = decodeErrors switch
        {
            DecodeErrorPolicy.Fail => DecoderFallback.ExceptionFallback,
            DecodeErrorPolicy.Replace => new DecoderReplacementFallback("\uFFFD"),
            _ => new DecoderReplacementFallback(string.Empty),
        };
        encoding = Find(name.Trim(), decoding);
        return encoding is not null;
    }

    /// <summary>The same where the options have been validated.</summary>
    /// <exception cref="ArgumentException">The character set is not known.</exception>
    public static Encoding Get(string name, DecodeErrorPolicy decodeErrors) =>
        TryGet(name, decodeErrors, out var encoding) ? encoding : throw new ArgumentException($"The character set '{name}' is not known.", nameof(name));

    /// <summary>Whether the 128 characters of ASCII are the same bytes in this set, and these bytes nothing else.</summary>
    public static bool KeepsAscii(Encoding encoding)
    {
        if (!encoding.IsSingleByte && encoding is not UTF8Encoding)
        {
            return false;
        }

        Span<byte> ascii = stackalloc byte[128];
        for (var i = 0; i < ascii.Length; i++)
        {
            ascii[i] = (byte)i;
        }

        return Ascii.Equals(ascii, encoding.GetString(ascii));
    }

    private static Encoding? Find(string name, DecoderFallback decoding)
    {
        switch (name.ToUpperInvariant())
        {
            // Java: these two read a byte order mark and write big-endian, UTF-16 with the mark, UTF-32 without.
            case "UTF-16" or "UTF16" or "UNICODE":
                return Unicode(new UnicodeEncoding(bigEndian: true, byteOrderMark: true), decoding);
            case "UTF-32" or "UTF32":
                return Unicode(new UTF32Encoding(bigEndian: true, byteOrderMark: false), decoding);
            case "UTF-16BE":
                return Unicode(new UnicodeEncoding(bigEndian: true, byteOrderMark: false), decoding);
            case "UTF-16LE":
                return Unicode(new UnicodeEncoding(bigEndian: false, byteOrderMark: false), decoding);
            case "UTF-32BE":
                return Unicode(new UTF32Encoding(bigEndian: true, byteOrderMark: false), decoding);
            case "UTF-32LE":
                return Unicode(new UTF32Encoding(bigEndian: false, byteOrderMark: false), decoding);
            case "UTF-8" or "UTF8":
                return With(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Unmappable, decoding);
            case "LATIN1" or "ISO8859_1" or "ISO8859-1":
                return Named("ISO-8859-1", decoding);
            case "ASCII":
                return Named("US-ASCII", decoding);
            case ['C', 'P', .. var page] when int.TryParse(page, out var number):
                return Numbered(number, decoding);
            default:
                return Named(name, decoding);
        }
    }

    private static Encoding Unicode(Encoding encoding, DecoderFallback decoding) => With(encoding, "\uFFFD", decoding);

    private static Encoding With(Encoding encoding, string unmappable, DecoderFallback decoding)
    {
        var changeable = (Encoding)encoding.Clone();
        changeable.EncoderFallback = new EncoderReplacementFallback(unmappable);
        changeable.DecoderFallback = decoding;
        return changeable;
    }

    private static Encoding? Named(string name, DecoderFallback decoding)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name);
        if (encoding is null)
        {
            try
            {
                encoding = Encoding.GetEncoding(name);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        return With(encoding, Unmappable, decoding);
    }

    private static Encoding? Numbered(int codePage, DecoderFallback decoding) =>
        CodePagesEncodingProvider.Instance.GetEncoding(codePage) is { } encoding ? With(encoding, Unmappable, decoding) : null;
}
