using System.Collections.Immutable;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// Listens on a TCP port and makes an event of every line that a client sends. Each is answered with <c>OK</c> when the channels have it, or
/// with <c>FAILED:</c> and the reason; what was not answered with <c>OK</c> the client has to send again.
/// </summary>
/// <remarks>The lines of one client keep their order. A last line without a line feed is no event: it may be half of one.</remarks>
[Source("netcat", JavaClass = "org.apache.flume.source.NetcatSource")]
public sealed partial class NetcatSource : ISource
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly NetcatSourceOptions _options;
    private readonly INetwork _network;
    private readonly AgentRuntime _runtime;
    private readonly ComponentId _id;
    private readonly ILogger _log;
    private readonly Encoding _encoding;
    private readonly byte[] _ok;
    private readonly AsyncSignal _closed = new();
    private INetworkListener? _listener;
    private int _clients;
    private int _inside;

    /// <summary>A source that listens when it is started.</summary>
    public NetcatSource(NetcatSourceOptions options, INetwork network, ComponentContext context, ILogger<NetcatSource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _network = network;
        _runtime = context.Runtime;
        _id = context.Id;
        _log = logger;
        _encoding = JavaCharset.Get(options.Encoding, DecodeErrorPolicy.Replace);
        _ok = _encoding.GetBytes("OK\n");
    }

    /// <summary>Where it listens; <see langword="null"/> when it does not.</summary>
    public string? Address => _listener?.Address;

    /// <inheritdoc/>
    public bool IsIdle => Volatile.Read(ref _inside) == 0;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        await StopAsync(abort);
        _listener = await _network.ListenAsync(_options.Bind, _options.Port, abort);
        Listening(_id, _listener.Address);
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        var listener = _listener ?? throw new InvalidOperationException("The source has not been started.");
        while (await AcceptAsync(listener, stopping) is { } connection)
        {
            Interlocked.Increment(ref _clients);
            _ = _runtime.Start(() => ServeAsync(connection, output, stopping)); // counted: awaited below
        }

        while (Volatile.Read(ref _clients) > 0)
        {
            await _closed.WaitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
        {
            await listener.DisposeAsync();
        }
    }

    // The next client; null when the source stops.
    private async Task<INetworkConnection?> AcceptAsync(INetworkListener listener, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                try
                {
                    return await listener.AcceptAsync(stopping);
                }
                catch (IOException failure)
                {
                    AcceptFailed(_id, failure.Message);
                    await _runtime.DelayAsync(PauseAfterFailure, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task ServeAsync(INetworkConnection connection, ISourceOutput output, CancellationToken stopping)
    {
        try
        {
            if (Volatile.Read(ref _clients) > _options.MaxConnections)
            {
                TooMany(_id, _options.MaxConnections, connection.Remote);
                await AnswerAsync(connection, Failed($"more than {_options.MaxConnections} connections"), stopping);
                return;
            }

            await ReadAllAsync(connection, output, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Lines that are not answered yet are the client's.
        }
        catch (IOException broken)
        {
            Broken(_id, connection.Remote, broken.Message);
        }
        finally
        {
            await connection.DisposeAsync();
            Interlocked.Decrement(ref _clients);
            _closed.Set();
        }
    }

    private async Task ReadAllAsync(INetworkConnection connection, ISourceOutput output, CancellationToken stopping)
    {
        var lines = new NetcatLines(_encoding, _options.MaxLineLength);
        while (await connection.ReadAsync(lines.Buffer, stopping) is > 0 and var bytes)
        {
            lines.Add(bytes);
            if (lines.Events.Count > 0)
            {
                await DeliverAsync([.. lines.Events], connection, output, stopping);
            }

            if (lines.Problem is { } problem)
            {
                output.ReportUnreadable();
                await AnswerAsync(connection, Failed(problem), stopping);
                return;
            }
        }
    }

    private async Task DeliverAsync(ImmutableArray<FlumeEvent> events, INetworkConnection connection, ISourceOutput output, CancellationToken stopping)
    {
        Interlocked.Increment(ref _inside);
        try
        {
            if (await TryDeliverAsync(events, connection, output, stopping) || events.Length == 1)
            {
                return;
            }

            // Flume-compatible: every line has its own answer. A channel may have room for some of them.
            foreach (var line in events)
            {
                await TryDeliverAsync([line], connection, output, stopping);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    // Answers unless several events were refused together. False: they were not taken.
    private async Task<bool> TryDeliverAsync(ImmutableArray<FlumeEvent> events, INetworkConnection connection, ISourceOutput output, CancellationToken stopping)
    {
        var settlement = await output.DeliverAsync(events, stopping);
        if (settlement.IsDelivered && _options.AckEveryEvent)
        {
            await AnswerAsync(connection, Repeat(_ok, events.Length), stopping);
        }
        else if (!settlement.IsDelivered && events.Length == 1)
        {
            // Flume-compatible: also without ack-every-event.
            await AnswerAsync(connection, Failed(settlement.Reason?.Message ?? "not taken"), stopping);
        }

        return settlement.IsDelivered;
    }

    // Flume: waits for ever for a client that does not read its answers. What is known when the source stops is still said, but quickly.
    private async Task AnswerAsync(INetworkConnection connection, byte[] answer, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Patience, _runtime.Time);
        using var hurry = stopping.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).CancelAfter(Farewell), limit);
        try
        {
            await connection.WriteAsync(answer, limit.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new IOException("the client does not read its answers", late);
        }
    }

    private byte[] Failed(string reason) => _encoding.GetBytes($"FAILED: {OneLine.Escape(reason)}\n");

    private static byte[] Repeat(byte[] answer, int times)
    {
        if (times == 1)
        {
            return answer;
        }

        var all = new byte[answer.Length * times];
        for (var i = 0; i < times; i++)
        {
            answer.CopyTo(all, i * answer.Length);
        }

        return all;
    }

    [LoggerMessage(EventIds.NetcatListening, LogLevel.Information, "{Source} listens on {Address}.")]
    private partial void Listening(ComponentId source, string address);

    [LoggerMessage(EventIds.NetcatAcceptFailed, LogLevel.Warning, "{Source} cannot accept a connection and tries again in 1 s: {Problem}")]
    private partial void AcceptFailed(ComponentId source, string problem);

    [LoggerMessage(EventIds.NetcatTooMany, LogLevel.Warning, "{Source} has {Clients} connections, its maxConnections, and closes the one from {Remote}.")]
    private partial void TooMany(ComponentId source, int clients, string remote);

    [LoggerMessage(EventIds.NetcatBroken, LogLevel.Debug, "{Source} lost the connection to {Remote}: {Problem}")]
    private partial void Broken(ComponentId source, string remote, string problem);
}
