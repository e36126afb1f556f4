using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Flafka.Dataflow.Web;

/// <summary>From a request to its events: reads the body within its limit, decompressed, and gives it to the handler.</summary>
internal sealed class RequestReader(IHttpHandler handler, int maxBytes)
{
    private const int FirstBuffer = 16 << 10;
    private const int MostBeforeTheBody = 1 << 20; // a header that announces a large body costs its sender nothing

    /// <summary>The answer to a method that carries no events; <see langword="null"/> for one that does.</summary>
    public static Answer? RefuseMethod(string method) => method switch
    {
        // Flume-compatible: GET and HEAD are handled exactly like POST, and these answers have no text.
        "POST" or "GET" or "HEAD" => null,
        "TRACE" or "OPTIONS" => new Answer(StatusCodes.Status403Forbidden),
        "PUT" or "DELETE" => new Answer(StatusCodes.Status405MethodNotAllowed),
        _ => new Answer(StatusCodes.Status501NotImplemented),
    };

    /// <summary>Reads the events.</summary>
    /// <returns>The events, or why there are none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<(ImmutableArray<FlumeEvent> Events, Answer? Refusal)> ReadAsync(HttpRequest request, CancellationToken stopping)
    {
        if (request.ContentLength > maxBytes)
        {
            return TooLarge();
        }

        var body = Decompress(request);
        if (body is null)
        {
            return Refuse(StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{request.Headers.ContentEncoding}' is not gzip, deflate or br.");
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, request.HttpContext.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(MostBeforeTheBody, request.ContentLength + 1 ?? FirstBuffer));
        try
        {
            var length = 0;
            for (int read; (read = await body.ReadAsync(buffer.AsMemory(length), both.Token)) > 0;)
            {
                length += read;
                if (length > maxBytes)
                {
                    return TooLarge();
                }

                if (length == buffer.Length)
                {
                    Grow(ref buffer, length);
                }
            }

            return (handler.Read(new HttpHandlerRequest(buffer.AsMemory(0, length), request.ContentType, request.QueryString.Value ?? string.Empty)), null);
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Refuse(bad.StatusCode, bad.Message);
        }
        catch (BadRequestException bad)
        {
            return Refuse(StatusCodes.Status400BadRequest, bad.Message);
        }
        catch (InvalidDataException)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"The body is not what Content-Encoding '{request.Headers.ContentEncoding}' says.");
        }
        catch (Exception gone) when (request.HttpContext.RequestAborted.IsCancellationRequested && !stopping.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            return (default, new Answer(StatusCodes.Status400BadRequest)); // nobody hears it
        }
#pragma warning disable CA1031 // a handler may throw anything; the client learns that it was not its request's form
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Refuse(StatusCodes.Status500InternalServerError, failure.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (ImmutableArray<FlumeEvent> Events, Answer? Refusal) Refuse(int status, string problem) => (default, new Answer(status, problem));

    // Flume: hands a compressed body to the handler as it is.
    private static Stream? Decompress(HttpRequest request) => request.Headers.ContentEncoding.ToString().Trim().ToUpperInvariant() switch
    {
        "" or "IDENTITY" => request.Body,
        "GZIP" or "X-GZIP" => new GZipStream(request.Body, CompressionMode.Decompress),
        "DEFLATE" => new ZLibStream(request.Body, CompressionMode.Decompress),
        "BR" => new BrotliStream(request.Body, CompressionMode.Decompress),
        _ => null,
    };

    private static void Grow(ref byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, buffer.Length * 2L));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private (ImmutableArray<FlumeEvent> Events, Answer? Refusal) TooLarge() =>
        Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {maxBytes} bytes; send it in parts, or let maxRequestBytes be raised.");
}
