using System.Globalization;
using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>
/// Speaks WebHDFS. Data go in two steps: the name node is asked without them and names a data node, which gets them. A call is tried again for as
/// long as <see cref="WebHdfsSettings.CallTimeout"/> where that cannot do harm: with a new redirect, and with the other name node.
/// </summary>
/// <remarks>Thread-safe. Every exchange leaves the graph's scheduler. Addresses with their secrets appear in no message.</remarks>
internal sealed partial class WebHdfsClient : IDisposable
{
    /// <summary>How long a name node may think before its twin is asked.</summary>
    private static readonly TimeSpan NameNodeTimeout = TimeSpan.FromSeconds(10);

    private const string Renew = "RENEWDELEGATIONTOKEN";

    private readonly AgentRuntime _runtime;
    private readonly WebHdfsSettings _settings;
    private readonly HttpMessageInvoker _http;
    private readonly ResiliencePipeline _retry;
    private readonly string _login;
    private readonly string _userLogin;
    private int _active;

    /// <param name="runtime">Clock and scheduler.</param>
    /// <param name="settings">The cluster.</param>
    /// <param name="handler">Sends requests; must not follow redirects. Becomes the client's own.</param>
    public WebHdfsClient(AgentRuntime runtime, WebHdfsSettings settings, HttpMessageHandler handler)
    {
        (_runtime, _settings, _http) = (runtime, settings, new HttpMessageInvoker(handler));
        _userLogin = settings.User is { } user ? $"&user.name={Uri.EscapeDataString(user)}" : "";
        _login = settings.Token is { } token ? $"&delegation={Uri.EscapeDataString(token)}"
            : _userLogin + (settings.ProxyUser is { } proxy ? $"&doas={Uri.EscapeDataString(proxy)}" : "");
        _retry = new ResiliencePipelineBuilder { TimeProvider = runtime.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static args => new ValueTask<bool>(args.Outcome.Exception is WebHdfsException { IsTransient: true }),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(3),
            })
            .Build();
    }

    public AgentRuntime Runtime => _runtime;

    public TimeSpan CallTimeout => _settings.CallTimeout;

    /// <summary>Sends requests as this client needs it: no redirects, no cookies, no proxy.</summary>
    /// <exception cref="IOException">The authorities cannot be read.</exception>
    public static HttpMessageHandler NewHandler(WebHdfsSettings settings) => new SocketsHttpHandler
    {
        SslOptions = { CertificateChainPolicy = settings.CaFile is { } file ? Authorities.Read(file) : null },
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        Expect100ContinueTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,
    };

    /// <summary>What there is of this name; <see langword="null"/> when there is nothing.</summary>
    public async ValueTask<FileStatus?> StatusAsync(string path, CancellationToken abort)
    {
        try
        {
            return await CallAsync(
                cancel => AskAsync(HttpMethod.Get, "GETFILESTATUS", path, "", static json => FileStatus.Of(json.GetProperty("FileStatus")), cancel), abort);
        }
        catch (WebHdfsException failure) when (failure.IsMissing)
        {
            return null;
        }
    }

    /// <summary>An operation of the name node that answers with yes or no.</summary>
    public ValueTask<bool> DoAsync(HttpMethod method, string operation, string path, string query, CancellationToken abort) =>
        CallAsync(cancel => AskAsync(method, operation, path, query, static json => json.GetProperty("boolean").GetBoolean(), cancel), abort);

    /// <summary>The entries of a folder; a file is its own only entry, with an empty name.</summary>
    public async ValueTask<IReadOnlyList<FileStatus>> ListAsync(string path, CancellationToken abort)
    {
        var entries = new List<FileStatus>();
        while (true)
        {
            var after = entries.Count == 0 ? "" : "&startAfter=" + Uri.EscapeDataString(entries[^1].Name);
            var (some, remaining) = await CallAsync(
                cancel => AskAsync(
                    HttpMethod.Get, "LISTSTATUS_BATCH", path, after,
                    static json =>
                    {
                        var listing = json.GetProperty("DirectoryListing");
                        var statuses = listing.GetProperty("partialListing").GetProperty("FileStatuses").GetProperty("FileStatus");
                        return (statuses.EnumerateArray().Select(FileStatus.Of).ToList(), listing.GetProperty("remainingEntries").GetInt64());
                    },
                    cancel),
                abort);
            entries.AddRange(some);
            if (remaining == 0 || some.Count == 0)
            {
                return entries;
            }
        }
    }

    /// <summary>Has the token prolonged; a token cannot do that for itself, so the user asks.</summary>
    /// <returns>When it ends now.</returns>
    public async ValueTask<DateTimeOffset> RenewAsync(string token, CancellationToken abort) => DateTimeOffset.FromUnixTimeMilliseconds(await CallAsync(
        cancel => AskAsync(HttpMethod.Put, Renew, "/", "&token=" + Uri.EscapeDataString(token), static json => json.GetProperty("long").GetInt64(), cancel), abort));

    /// <summary>Reads from a position; 0 at the end of the file.</summary>
    public async ValueTask<int> ReadAsync(string path, Memory<byte> buffer, long position, CancellationToken abort)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"&offset={position}&length={buffer.Length}");
        try
        {
            return await CallAsync(
                async cancel =>
                {
                    var location = await LocateAsync(HttpMethod.Get, "OPEN", path, query, cancel);
                    return await _runtime.External(() => ReadOnceAsync(path, location, buffer, cancel));
                },
                abort);
        }
        catch (WebHdfsException failure) when (failure.Message.Contains("out of the range", StringComparison.Ordinal))
        {
            return 0;
        }
    }

    /// <summary>Sends data in one request. Once they may have arrived, a failure is not tried again.</summary>
    /// <exception cref="NameTakenException">The file that is to be made is there already.</exception>
    public async ValueTask SendAsync(HttpMethod method, string operation, string path, ReadOnlyMemory<byte> bytes, CancellationToken abort)
    {
        var mayBeThere = false;
        await CallAsync(
            async cancel =>
            {
                var location = await LocateAsync(method, operation, path, method == HttpMethod.Put ? "&overwrite=false" : "", cancel);
                using var data = new Payload(bytes);
                try
                {
                    return await _runtime.External(async () =>
                    {
                        using var request = DataRequest(method, location, data);
                        using var response = await ExchangeAsync(operation, path, request, cancel);
                        await ThrowIfRefusedAsync(operation, path, response, cancel);
                        return true;
                    });
                }
                catch (WebHdfsException failure) when (failure.IsExisting && !mayBeThere)
                {
                    throw new NameTakenException($"'{path}' exists already", failure);
                }
                catch (WebHdfsException failure) when (failure.IsTransient)
                {
                    mayBeThere |= !failure.IsDecided;
                    throw data.IsSent ? failure.ForGood() : failure;
                }
            },
            abort);
    }

    /// <summary>Begins a file that is written as one stream.</summary>
    /// <exception cref="NameTakenException">The file is there already.</exception>
    /// <exception cref="FileLeftException">It failed, and the file may be there.</exception>
    public async ValueTask<WebHdfsStream> CreateAsync(string path, CancellationToken abort)
    {
        var mayBeThere = false;
        try
        {
            return await CallAsync(
                async cancel =>
                {
                    var location = await LocateAsync(HttpMethod.Put, "CREATE", path, "&overwrite=false", cancel);
                    try
                    {
                        return await _runtime.External(() => WebHdfsStream.BeginAsync(this, path, location, cancel));
                    }
                    catch (WebHdfsException failure) when (failure.IsExisting && !mayBeThere)
                    {
                        throw new NameTakenException($"'{path}' exists already", failure);
                    }
                    catch (Exception failure) when (failure is not WebHdfsException { IsDecided: true })
                    {
                        mayBeThere = true;
                        throw;
                    }
                },
                abort);
        }
        catch (Exception failure) when (mayBeThere)
        {
            throw new FileLeftException(failure.Message, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    // Asks a name node which data node to talk to.
    private async ValueTask<Uri> LocateAsync(HttpMethod method, string operation, string path, string query, CancellationToken cancel)
    {
        var (nameNode, asked, answer) = await SendToNameNodeAsync(method, operation, path, query, cancel);
        return answer.Status == HttpStatusCode.TemporaryRedirect ? Redirect.Check(nameNode, asked, answer.Location)
            : throw WebHdfsException.Of(operation, path, answer.Status, "", "the name node answered without a redirect");
    }

    private async ValueTask<T> AskAsync<T>(HttpMethod method, string operation, string path, string query, Func<JsonElement, T> read, CancellationToken cancel)
    {
        var (_, _, answer) = await SendToNameNodeAsync(method, operation, path, query, cancel);
        try
        {
            if (answer.Json is { } json)
            {
                return read(json);
            }
        }
        catch (Exception other) when (other is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // JSON of another form.
        }

        throw WebHdfsException.Of(operation, path, answer.Status, "", "the answer is not in the form that a name node gives; is this the HTTP address of a name node?");
    }

    private async ValueTask<(Uri NameNode, Uri Asked, Answer Answer)> SendToNameNodeAsync(
        HttpMethod method, string operation, string path, string query, CancellationToken cancel)
    {
        var active = Volatile.Read(ref _active);
        var nameNode = _settings.NameNodes[active];
        var asked = new Uri(nameNode, $"/webhdfs/v1{Escape(path)}?op={operation}{(operation == Renew ? _userLogin : _login)}{query}");
        using var limit = new CancellationTokenSource(NameNodeTimeout, _runtime.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var answer = await _runtime.External(async () =>
            {
                using var request = new HttpRequestMessage(method, asked);
                request.Headers.TryAddWithoutValidation("X-XSRF-HEADER", "flafka"); // some clusters want one
                using var response = await ExchangeAsync(operation, path, request, either.Token);
                if (response.StatusCode != HttpStatusCode.TemporaryRedirect)
                {
                    await ThrowIfRefusedAsync(operation, path, response, either.Token);
                }

                return await Answer.ReadAsync(response, either.Token);
            });
            return (nameNode, asked, answer);
        }
        catch (Exception failure) when (failure is WebHdfsException { IsStandby: true } || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            Interlocked.CompareExchange(ref _active, (active + 1) % _settings.NameNodes.Count, active);
            throw failure as WebHdfsException ?? new WebHdfsException($"FLK6201: {operation} '{path}': the name node {nameNode.Authority} does not answer", failure);
        }
    }

    // One call with its limit of time; what went wrong last is what it says when time is over.
    private async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(_settings.CallTimeout, _runtime.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, limit.Token);
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, either.Token);
        WebHdfsException? last = null;
        try
        {
            return await _retry.ExecuteAsync(
                async _ =>
                {
                    try
                    {
                        return await attempt(either.Token);
                    }
                    catch (WebHdfsException failure)
                    {
                        last = failure;
                        throw;
                    }
                },
                context);
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            throw last ?? new WebHdfsException(string.Create(CultureInfo.InvariantCulture, $"No answer within {_settings.CallTimeout.TotalSeconds:0.#} s"));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
