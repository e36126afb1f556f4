using System.Net;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>One chunked CREATE, as long as the file is written.</summary>
internal sealed class WebHdfsStream : IWholeFile
{
    private readonly WebHdfsClient _client;
    private readonly string _path;
    private readonly CancellationTokenSource _cut = new();
    private readonly Body _body = new();
    private readonly Task<HttpResponseMessage> _response;
    private bool _isDisposed;

    private WebHdfsStream(WebHdfsClient client, string path, Uri location)
    {
        (_client, _path) = (client, path);
        _response = ExchangeAsync(location);
    }

    /// <summary>Sends the request, without data yet; the data node has made the file when it returns. Outside of the graph's scheduler.</summary>
    public static async Task<WebHdfsStream> BeginAsync(WebHdfsClient client, string path, Uri location, CancellationToken cancel)
    {
        var stream = new WebHdfsStream(client, path, location);
        try
        {
            var first = await Task.WhenAny(stream._body.Open, stream._response).WaitAsync(cancel);
            if (first == stream._response)
            {
                await stream.ThrowEndedAsync(cancel);
            }

            return stream;
        }
        catch
        {
            await stream.EndAsync();
            throw;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort) => await LimitAsync(
        async cancel =>
        {
            try
            {
                await (await _body.Open).WriteAsync(bytes, cancel);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or ObjectDisposedException)
            {
                if (_response.IsCompleted)
                {
                    await ThrowEndedAsync(cancel);
                }

                throw Broken(failure);
            }

            if (_response.IsCompleted)
            {
                await ThrowEndedAsync(cancel);
            }
        },
        abort);

    public async ValueTask FinishAsync(CancellationToken abort) => await LimitAsync(
        async cancel =>
        {
            _body.End();
            using var response = await _response.WaitAsync(cancel);
            await WebHdfsClient.ThrowIfRefusedAsync("CREATE", _path, response, cancel);
        },
        abort);

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            await _client.Runtime.External(EndAsync);
        }
    }

    private async Task<bool> EndAsync()
    {
        _isDisposed = true;
        _cut.Cancel(); // a finished exchange does not notice
        _body.End();
        try
        {
            (await _response).Dispose();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // Cut off, as it should be.
        }

        _cut.Dispose();
        return true;
    }

    private async Task<HttpResponseMessage> ExchangeAsync(Uri location)
    {
        using var request = WebHdfsClient.DataRequest(HttpMethod.Put, location, _body);
        request.Headers.TransferEncodingChunked = true;
        return await _client.ExchangeAsync("CREATE", _path, request, _cut.Token);
    }

    private async Task LimitAsync(Func<CancellationToken, Task> operation, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(_client.CallTimeout, _client.Runtime.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, limit.Token);
        try
        {
            await _client.Runtime.External(async () =>
            {
                await operation(either.Token);
                return true;
            });
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            throw Broken(null);
        }
    }

    // The data node answered before it had everything.
    private async Task ThrowEndedAsync(CancellationToken cancel)
    {
        using var response = await _response;
        await WebHdfsClient.ThrowIfRefusedAsync("CREATE", _path, response, cancel);
        throw Broken(null);
    }

    private WebHdfsException Broken(Exception? failure) =>
        new($"CREATE '{_path}': the stream to the data node broke off{(failure is null ? "" : ": " + failure.Message)}", failure!) { Status = HttpStatusCode.Unused };

    private sealed class Body : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Open => _open.Task;

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _open.TrySetResult(stream);
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
