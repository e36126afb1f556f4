using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <content>Single exchanges; they run outside of the graph's scheduler.</content>
internal sealed partial class WebHdfsClient
{
    private const int MostAnswerBytes = 16 * 1024 * 1024;

    /// <summary>A request with data. The data node says whether it takes them before they are sent.</summary>
    internal static HttpRequestMessage DataRequest(HttpMethod method, Uri location, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = new HttpRequestMessage(method, location) { Content = content, Version = HttpVersion.Version11 };
        request.Headers.ExpectContinue = true;
        return request;
    }

    /// <summary>Sends a request and gives the answer, whose body is not read yet.</summary>
    /// <exception cref="WebHdfsException">No answer came. It is transient only where nothing can have been done.</exception>
    internal async Task<HttpResponseMessage> ExchangeAsync(string operation, string path, HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw NoAnswer(operation, path, request, failure);
        }
    }

    /// <summary>Throws what an answer other than success says.</summary>
    internal static async Task ThrowIfRefusedAsync(string operation, string path, HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var answer = await Answer.ReadAsync(response, cancel);
        if (answer.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("RemoteException", out var remote))
        {
            var message = Text(remote, "message");
            var end = message.IndexOf('\n', StringComparison.Ordinal); // a stack trace follows
            throw WebHdfsException.Of(operation, path, answer.Status, Text(remote, "exception"), end < 0 ? message : message[..end]);
        }

        throw WebHdfsException.Of(operation, path, answer.Status, "", response.ReasonPhrase ?? "refused");
    }

    private static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private static WebHdfsException NoAnswer(string operation, string path, HttpRequestMessage request, Exception failure)
    {
        var cause = failure.InnerException?.Message ?? failure.Message;
        if (failure.InnerException is AuthenticationException)
        {
            return WebHdfsException.Untrusted(operation, path, request.RequestUri!, cause, failure);
        }

        // Data that were on their way may have been written.
        var isSafe = request.Content is null || failure is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        };
        return new WebHdfsException($"{(request.Content is null ? "FLK6201: " : "")}{operation} '{path}': {request.RequestUri!.Authority} does not answer: {cause}", failure)
        {
            Status = isSafe ? 0 : HttpStatusCode.Unused,
        };
    }

    private async Task<int> ReadOnceAsync(string path, Uri location, Memory<byte> buffer, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, location);
        using var response = await ExchangeAsync("OPEN", path, request, cancel);
        await ThrowIfRefusedAsync("OPEN", path, response, cancel);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            return await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw NoAnswer("OPEN", path, request, failure);
        }
    }

    /// <summary>What a server answered.</summary>
    private sealed record Answer(HttpStatusCode Status, JsonElement? Json, Uri? Location)
    {
        public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
        {
            JsonElement? json = null;
            if (response.Content.Headers.ContentType?.MediaType == "application/json")
            {
                try
                {
                    json = JsonElement.Parse((await BodyAsync(response, cancel)).Span);
                }
                catch (JsonException)
                {
                    // Whoever needs it says so.
                }
                catch (Exception failure) when (failure is HttpRequestException or IOException and not WebHdfsException)
                {
                    throw new WebHdfsException($"The answer of {response.RequestMessage?.RequestUri?.Authority} broke off", failure);
                }
            }

            return new Answer(response.StatusCode, json, response.Headers.Location);
        }

        private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var body = new byte[4096];
            for (var length = 0; ;)
            {
                var read = await stream.ReadAsync(body.AsMemory(length), cancel);
                length += read;
                if (read == 0)
                {
                    return body.AsMemory(0, length);
                }

                if (length == body.Length)
                {
                    Array.Resize(ref body, length < MostAnswerBytes ? 4 * length : throw new WebHdfsException($"An answer has more than {MostAnswerBytes} bytes"));
                }
            }
        }
    }
}
