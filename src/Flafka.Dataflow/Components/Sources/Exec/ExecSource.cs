using System.Buffers;
using System.Globalization;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// Runs a command and makes an event of every line that it writes. Lines that the channels refuse are kept and tried again, while the command waits;
/// what it wrote and nobody read when the agent ends is lost, for nobody can ask it again.
/// </summary>
/// <remarks>When the agent stops, the command is killed, and every program it started.</remarks>
[Source("exec", JavaClass = "org.apache.flume.source.ExecSource", RunsCommands = true,
    BetterThanFlume = "lines that a full channel refuses are kept and tried again, where Flume drops them and ends the command")]
public sealed partial class ExecSource : ISource
{
    private const int ReadSize = 16 << 10;
    private static readonly SearchValues<char> OnlyForShells = SearchValues.Create("|&;<>$`\"'*?");
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly ExecSourceOptions _options;
    private readonly IProcesses _processes;
    private readonly AgentRuntime _runtime;
    private readonly ComponentId _id;
    private readonly ILogger _log;
    private readonly Encoding _encoding;
    private IRunningProcess? _process;
    private PendingLines? _pending;
    private bool _isRefused;

    /// <summary>A source that runs its command when it is started.</summary>
    public ExecSource(ExecSourceOptions options, IProcesses processes, ComponentContext context, ILogger<ExecSource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _processes = processes;
        _runtime = context.Runtime;
        _id = context.Id;
        _log = logger;
        _encoding = JavaCharset.Get(options.Charset, DecodeErrorPolicy.Replace);
    }

    /// <inheritdoc/>
    public bool IsIdle => Volatile.Read(ref _pending) is not { Count: > 0 };

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        await StopAsync(abort);
        var command = _options.CommandLine;
        _process = await _processes.StartAsync(command[0], [.. command.Skip(1)]);
        Started(_id, command[0], _process.Id);
        if (_options.Shell is null && _options.Command.AsSpan().IndexOfAny(OnlyForShells) is >= 0 and var at)
        {
            NeedsShell(_id, _options.Command[at]);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            while (true)
            {
                await RunOnceAsync(_process ?? throw new InvalidOperationException("The source has not been started."), output, stopping);
                if (stopping.IsCancellationRequested || !_options.Restart)
                {
                    return;
                }

                await _runtime.DelayAsync(_options.RestartThrottle, stopping);
                await StartAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was between two runs.
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        Volatile.Write(ref _pending, null);
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            await process.DisposeAsync();
        }
    }

    // From the start of the command to the end of its output.
    private async Task RunOnceAsync(IRunningProcess process, ISourceOutput output, CancellationToken stopping)
    {
        var lines = new PendingLines(_runtime, _options.BatchSize);
        Volatile.Write(ref _pending, lines);
        var reading = _runtime.Start(() => ReadOutputAsync(process, lines, stopping));
        var errors = _runtime.Start(() => ReadErrorsAsync(process));
        await HandOverAsync(lines, output, stopping);
        if (stopping.IsCancellationRequested)
        {
            await process.DisposeAsync();
        }

        // Whoever inherited the output may hold it open for ever.
        await Join.WithinAsync(_runtime, reading, Farewell, CancellationToken.None);
        await Join.WithinAsync(_runtime, errors, Farewell, CancellationToken.None);
        if (lines.Count > 0)
        {
            Lost(_id, lines.Count);
        }

        if (!stopping.IsCancellationRequested)
        {
            await ReportEndAsync(process);
        }
    }

    private async Task ReadOutputAsync(IRunningProcess process, PendingLines lines, CancellationToken stopping)
    {
        try
        {
            var cutter = new ExecLines(_encoding, _options.MaxLineLength);
            var buffer = new byte[ReadSize];
            while (await process.ReadOutputAsync(buffer) is > 0 and var count)
            {
                await lines.AddAsync(Events(cutter.Add(buffer.AsSpan(0, count))), stopping);
                if (cutter.Cuts > 0)
                {
                    LineCut(_id, _options.MaxLineLength, cutter.Cuts);
                    cutter.Cuts = 0;
                }
            }

            if (!stopping.IsCancellationRequested)
            {
                await lines.AddAsync(Events(cutter.End()), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The lines at hand are still handed over.
        }
        finally
        {
            lines.Complete();
        }
    }

    private async Task ReadErrorsAsync(IRunningProcess process)
    {
        var cutter = new ExecLines(_encoding, _options.MaxLineLength);
        var buffer = new byte[ReadSize];
        while (await process.ReadErrorsAsync(buffer) is > 0 and var count)
        {
            LogErrors(cutter.Add(buffer.AsSpan(0, count)));
        }

        LogErrors(cutter.End());
    }

    private async Task HandOverAsync(PendingLines lines, ISourceOutput output, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _runtime.Time);
        using var hurry = stopping.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).CancelAfter(Farewell), limit);
        var last = _runtime.Time.GetTimestamp();
        while (true)
        {
            var isEnd = lines.IsComplete || stopping.IsCancellationRequested; // asked first: nothing is added after it
            var count = lines.Count;
            var wait = _options.BatchTimeout - _runtime.Time.GetElapsedTime(last);
            if (count >= _options.BatchSize || (count > 0 && (isEnd || wait <= TimeSpan.Zero)))
            {
                if (!await TryHandOverAsync(lines, output, limit.Token))
                {
                    return;
                }

                last = _runtime.Time.GetTimestamp();
            }
            else if (isEnd)
            {
                return;
            }
            else
            {
                await lines.ChangeAsync(count > 0 ? wait : Timeout.InfiniteTimeSpan, stopping);
            }
        }
    }

    // False: time is over.
    private async Task<bool> TryHandOverAsync(PendingLines lines, ISourceOutput output, CancellationToken limit)
    {
        var batch = lines.First();
        try
        {
            // Flume: the command is ended and the lines are lost.
            while (await output.DeliverAsync(batch, limit) is { IsDelivered: false } refusal)
            {
                if (!_isRefused)
                {
                    Refused(_id, refusal.Reason?.Message ?? "not taken");
                    _isRefused = true;
                }

                await _runtime.DelayAsync(PauseAfterRefusal, limit);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }

        _isRefused = false;
        lines.Remove(batch.Length);
        return true;
    }

    private async Task ReportEndAsync(IRunningProcess process)
    {
        // Flume: kills whoever closed its output. It may be about to end.
        var exit = process.WaitForExitAsync();
        int? code = await Join.WithinAsync(_runtime, exit, Farewell, CancellationToken.None) ? await exit : null;
        var end = code is null ? "has closed its output and is killed" : string.Create(CultureInfo.InvariantCulture, $"has ended with exit code {code}");
        if (_options.Restart)
        {
            EndedForNow(_id, end, _options.RestartThrottle.TotalSeconds);
        }
        else
        {
            Ended(_id, code == 0 ? LogLevel.Information : LogLevel.Warning, end);
        }

        await StopAsync(CancellationToken.None);
    }

    private IEnumerable<FlumeEvent> Events(List<string> lines) => lines.Select(line => new FlumeEvent(_encoding.GetBytes(line)));

    private void LogErrors(List<string> lines)
    {
        if (_options.LogStdErr)
        {
            lines.ForEach(line => ErrorLine(_id, line));
        }
    }

    [LoggerMessage(EventIds.ExecStarted, LogLevel.Information, "{Source} runs '{Program}' as process {Process}.")]
    private partial void Started(ComponentId source, string program, int process);

    [LoggerMessage(EventIds.ExecEndedForNow, LogLevel.Information, "{Source}: the command {End}; it is run again in {Seconds} s.")]
    private partial void EndedForNow(ComponentId source, string end, double seconds);

    [LoggerMessage(EventId = EventIds.ExecEnded, Message = "{Source}: the command {End}; it is not run again, because 'restart' is false.")]
    private partial void Ended(ComponentId source, LogLevel level, string end);

    [LoggerMessage(EventIds.ExecRefused, LogLevel.Warning, "{Source}: the channels do not take its lines; they are tried again every second while the command waits: {Problem}")]
    private partial void Refused(ComponentId source, string problem);

    [LoggerMessage(EventIds.ExecLost, LogLevel.Warning, "{Source} was stopped with {Lines} lines that no channel had taken; they are lost.")]
    private partial void Lost(ComponentId source, int lines);

    [LoggerMessage(EventIds.ExecLineCut, LogLevel.Warning, "{Source}: {Times} times a line was longer than maxLineLength ({Limit}) and was cut into several events.")]
    private partial void LineCut(ComponentId source, int limit, int times);

    [LoggerMessage(EventIds.ExecErrorLine, LogLevel.Information, "{Source}: standard error: {Line}")]
    private partial void ErrorLine(ComponentId source, string line);

    [LoggerMessage(EventIds.ExecNeedsShell, LogLevel.Warning,
        "{Source}: the command has '{Sign}' in it, which only a shell understands; it is passed on as it is. Set shell = /bin/sh -c if that is not meant.")]
    private partial void NeedsShell(ComponentId source, char sign);
}
