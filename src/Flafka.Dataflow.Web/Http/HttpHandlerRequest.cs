namespace Flafka.Dataflow.Web;

/// <summary>A request as a handler sees it.</summary>
/// <param name="Body">The body, decompressed. Valid only during the call: a handler copies what it keeps.</param>
/// <param name="ContentType">The header Content-Type; <see langword="null"/> when there is none.</param>
/// <param name="Query">The query of the URL, empty or starting with a question mark.</param>
public sealed record HttpHandlerRequest(ReadOnlyMemory<byte> Body, string? ContentType, string Query);
