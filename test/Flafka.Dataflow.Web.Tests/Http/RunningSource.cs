using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Web.Tests.Http;

/// <summary>A started source on a free port, and a client of it.</summary>
internal sealed class RunningSource : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _run;

    private RunningSource(HttpSource source, StubOutput output)
    {
        Source = source;
        Output = output;
        Client = new HttpClient { BaseAddress = source.Address };
        _run = source.RunAsync(output, _stopping.Token);
    }

    public HttpSource Source { get; }

    public StubOutput Output { get; }

    public HttpClient Client { get; }

    /// <summary>The end of the run.</summary>
    public Task Run => _run;

    public static async Task<RunningSource> StartAsync(int maxRequestBytes = 32 << 20)
    {
        var source = Create(new HttpSourceOptions { Port = 0, MaxRequestBytes = maxRequestBytes, Handler = Json });
        await source.StartAsync(CancellationToken.None);
        return new RunningSource(source, new StubOutput());
    }

    public static HttpSource Create(HttpSourceOptions options) => new(
        options, new ComponentContext(new ComponentId("a1", ComponentKind.Source, "r1"), NullLoggerFactory.Instance, AgentRuntime.System, NoServices.Instance),
        NullLogger<HttpSource>.Instance);

    public static ComponentChoice Json => ComponentChoice.Of(ComponentKind.HttpHandler, "json", _ => new JsonHandler());

    public void Stop() => _stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _run;
        await Source.StopAsync(CancellationToken.None);
        Client.Dispose();
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
