using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Web;

/// <summary>
/// Takes events from HTTP clients: one request is one batch, and its answer says whether the channels took it. 200: they did; 400, 413, 415:
/// sending it again does not help; 503: a channel is full or the agent stops, try again later; 500: anything else.
/// </summary>
[Source(
    "http", JavaClass = "org.apache.flume.source.http.HTTPSource",
    BetterThanFlume = "listens on this machine only unless told otherwise, limits requests, reads compressed ones")]
public sealed partial class HttpSource : ISource
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private readonly HttpSourceOptions _options;
    private readonly AgentRuntime _runtime;
    private readonly ComponentId _id;
    private readonly RequestReader _reader;
    private readonly ILogger _log;
    private readonly AsyncSignal _answered = new();
    private KestrelListener? _listener;
    private ISourceOutput? _output;
    private CancellationToken _stopping;
    private int _inside;

    /// <summary>A source that listens when it is started.</summary>
    public HttpSource(HttpSourceOptions options, ComponentContext context, ILogger<HttpSource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _runtime = context.Runtime;
        _id = context.Id;
        _reader = new RequestReader(options.Handler.Create<IHttpHandler>(context), options.MaxRequestBytes);
        _log = logger;
    }

    /// <summary>Where it listens; <see langword="null"/> when it does not.</summary>
    public Uri? Address => _listener?.Address;

    /// <inheritdoc/>
    public bool IsIdle => Volatile.Read(ref _inside) == 0;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        await StopAsync(abort);
        var listener = new KestrelListener(_options, AnswerAsync);
        try
        {
            await _runtime.External(async () =>
            {
                await listener.StartAsync(abort);
                return true;
            });
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }

        _listener = listener;
        Listening(_id, listener.Address!);
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        lock (_sync)
        {
            _stopping = stopping;
            _output = output;
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stopping.UnsafeRegister(static ended => ((TaskCompletionSource)ended!).TrySetResult(), ended))
        {
            await ended.Task;
        }

        lock (_sync)
        {
            _output = null; // requests get 503 from now on
        }

        while (!IsIdle)
        {
            await _answered.WaitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (Interlocked.Exchange(ref _listener, null) is not { } listener)
        {
            return;
        }

        // Answers that are ready still go out; clients in the middle of a request, and idle ones, are cut off.
        using var time = new CancellationTokenSource(Farewell, _runtime.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, abort);
        await _runtime.External(async () =>
        {
            await listener.StopAsync(limit.Token);
            await listener.DisposeAsync();
            return true;
        });
    }

    // Runs on the server's threads.
    private async Task AnswerAsync(HttpContext context)
    {
        var answer = await ProcessAsync(context);
        context.Response.StatusCode = answer.Status;
        if (answer.Problem is { } problem)
        {
            NotTaken(_id, answer.Status, problem);

            // Flume: an HTML page.
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(problem + "\n", context.RequestAborted);
        }
    }

    private async Task<Answer> ProcessAsync(HttpContext context)
    {
        if (RequestReader.RefuseMethod(context.Request.Method) is { } refused)
        {
            return refused;
        }

        if (!TryEnter(out var output, out var stopping))
        {
            return Answer.Stopping;
        }

        try
        {
            var (events, refusal) = await _reader.ReadAsync(context.Request, stopping);
            if (refusal is { } answer)
            {
                output.ReportUnreadable();
                return answer;
            }

            return await DeliverAsync(events, output, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Answer.Stopping;
        }
        finally
        {
            Leave();
        }
    }

    private async Task<Answer> DeliverAsync(ImmutableArray<FlumeEvent> events, ISourceOutput output, CancellationToken stopping)
    {
        await _runtime.Hop();
        var settlement = await output.DeliverAsync(events, stopping);
        if (settlement.IsDelivered)
        {
            return Answer.Taken;
        }

        var reason = settlement.Reason?.Message ?? "The events were not taken.";
        return settlement.Reason is ChannelFullException || stopping.IsCancellationRequested
            ? new Answer(StatusCodes.Status503ServiceUnavailable, reason)
            : new Answer(StatusCodes.Status500InternalServerError, reason);
    }

    private bool TryEnter([NotNullWhen(true)] out ISourceOutput? output, out CancellationToken stopping)
    {
        lock (_sync)
        {
            output = _output;
            stopping = _stopping;
            _inside += output is null ? 0 : 1;
            return output is not null;
        }
    }

    private void Leave()
    {
        lock (_sync)
        {
            _inside--;
        }

        _answered.Set();
    }

    [LoggerMessage(WebEventIds.Listening, LogLevel.Information, "{Source} listens on {Address}")]
    private partial void Listening(ComponentId source, Uri address);

    [LoggerMessage(WebEventIds.NotTaken, LogLevel.Debug, "{Source} answered {Status}: {Problem}")]
    private partial void NotTaken(ComponentId source, int status, string problem);
}
