using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;

namespace Flafka.Dataflow.Web;

/// <summary>
/// Reads an array of objects, each an event: <c>[{"headers": {"host": "a"}, "body": "text"}, ...]</c>. Takes what Flume's parser takes:
/// comments, names and texts without quotation marks, numbers and booleans as text.
/// </summary>
[HttpHandler("json", JavaClass = "org.apache.flume.source.http.JSONHandler")]
public sealed class JsonHandler : IHttpHandler
{
    private static readonly UTF32Encoding Utf32 = new(bigEndian: true, byteOrderMark: false);

    /// <inheritdoc/>
    public ImmutableArray<FlumeEvent> Read(HttpHandlerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        var charset = HeaderUtilities.RemoveQuotes(type?.Charset ?? default).ToString();
        return charset.ToUpperInvariant() switch
        {
            "" => Parse(Utf8Or(request.Body, IsJson(type) ? Encoding.UTF8 : Encoding.Latin1), null),
            "UTF-8" => Parse(Utf8Or(request.Body, Encoding.UTF8), null),
            "UTF-16" => Parse(FromUnicode(request.Body.Span, Encoding.BigEndianUnicode, Encoding.Unicode), ToUtf16),
            "UTF-32" => Parse(FromUnicode(request.Body.Span, Utf32, Encoding.UTF32), Utf32.GetBytes),
            _ => throw new NotSupportedException($"The charset '{charset}' is not supported; send UTF-8, UTF-16 or UTF-32."),
        };
    }

    private static ImmutableArray<FlumeEvent> Parse(ReadOnlyMemory<byte> utf8, Func<string, byte[]>? encode) => new JsonEvents(utf8.Span, encode).Read();

    private static bool IsJson(MediaTypeHeaderValue? type) =>
        type is not null && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase));

    // Flume: reads another type without a charset as ISO-8859-1 always, and garbles the UTF-8 that nearly every client sends ('curl -d' among them).
    private static ReadOnlyMemory<byte> Utf8Or(ReadOnlyMemory<byte> body, Encoding otherwise) =>
        Utf8.IsValid(body.Span) ? body : Encoding.UTF8.GetBytes(otherwise.GetString(body.Span));

    // Big-endian unless a byte order mark says otherwise, as in Java.
    private static byte[] FromUnicode(ReadOnlySpan<byte> body, Encoding bigEndian, Encoding littleEndian)
    {
        var encoding = body.StartsWith(littleEndian.Preamble) ? littleEndian : bigEndian;
        return Encoding.UTF8.GetBytes(encoding.GetString(body));
    }

    // Flume-compatible: with a byte order mark, unless empty.
    private static byte[] ToUtf16(string text) => text.Length == 0 ? [] : Encoding.BigEndianUnicode.GetBytes('\uFEFF' + text);
}
