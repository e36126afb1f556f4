using System.Text;

namespace Flafka.Dataflow;

/// <summary>One event: a body of bytes and a small map of headers. Immutable, so it may be shared by any number of channels.</summary>
/// <param name="body">The body. The caller must not change the memory afterwards; it may be a slice of a larger array.</param>
/// <param name="headers">The headers; <see langword="null"/> means none.</param>
public sealed class FlumeEvent(ReadOnlyMemory<byte> body, EventHeaders? headers = null)
{
    /// <summary>The body. Never written to; kept alive as long as the event.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>The headers, never <see langword="null"/>.</summary>
    public EventHeaders Headers { get; } = headers ?? EventHeaders.Empty;

    /// <summary>An event with the same body and other headers.</summary>
    public FlumeEvent WithHeaders(EventHeaders headers) => new(Body, headers);

    /// <summary>An event whose body is <paramref name="text"/> in UTF-8.</summary>
    public static FlumeEvent FromText(string text, EventHeaders? headers = null) => new(Encoding.UTF8.GetBytes(text), headers);

    /// <summary>The body read as UTF-8, for messages and tests; undecodable bytes show as U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Body.Span);
}
