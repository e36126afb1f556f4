using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>
/// Reads the files that appear in a directory, and marks, renames or deletes each when its events are delivered. A crash loses nothing; what
/// was in flight, about 64 batches, comes again.
/// </summary>
/// <remarks>
/// Reading goes on while earlier files are still being delivered. The position of the delivered prefix is kept in the tracker directory, in
/// Flume's format, so that either program continues what the other began.
/// </remarks>
[Source(
    "spooldir", JavaClass = "org.apache.flume.source.SpoolDirectorySource", CanReadAgain = true,
    BetterThanFlume = "goes on inside a file after a crash, and loses nothing over a memory channel")]
public sealed partial class SpoolDirSource(SpoolDirSourceOptions options, IStorage storage, ComponentContext context, ILogger<SpoolDirSource> logger) : ISource
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);

    private readonly ILogger _logger = logger;

    // What is delivered of files that are not retired, by full path: read from the tracker file, and kept over a failed run.
    private readonly Dictionary<string, long> _delivered = new(StringComparer.Ordinal);
    private readonly SpoolTracker _tracker = new(storage, options.TrackerPath);
    private SpoolProgress? _progress;
    private SpoolCandidates? _candidates;
    private SpoolReader? _reader;
    private Queue<(SpoolFile File, long Offset)> _again = new();
    private string? _first;
    private TimeSpan _backoff;
    private long _settledAtRewind;
    private volatile bool _foundNothing;

    /// <inheritdoc/>
    public bool IsIdle => _foundNothing && _progress is { IsClean: true };

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        _foundNothing = false;
        await new SpoolStartCheck(storage, options).RunAsync(abort);
        var (exists, record) = await _tracker.LoadAsync(abort);
        if (exists && record is null)
        {
            TrackerUnreadable(_tracker.FilePath);
        }

        _first = null;
        if (record is { Offset: { } offset })
        {
            _first = Path.GetFullPath(record.Value.File);
            _delivered.TryAdd(_first, offset);
        }

        await ForgetAbsentAsync(abort);
        _again.Clear();
        _backoff = FirstBackoff;
        _settledAtRewind = 0;
        _candidates = new SpoolCandidates(storage, options, context.Runtime);
        var retirement = new SpoolRetirement(storage, options, OperatingSystem.IsWindows(), _logger);
        _progress = new SpoolProgress(_tracker, retirement, context.Runtime);
    }

    /// <inheritdoc/>
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(output);
        var progress = _progress ?? throw new InvalidOperationException("The source has not been started.");
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (progress.Positions.HasRejection)
                {
                    await RewindAsync(progress, output, stopping);
                }
                else if (_reader is null && !await OpenNextAsync(progress, stopping))
                {
                    await progress.CommitAsync();
                    await PauseAsync(progress, stopping);
                }
                else
                {
                    await SendNextAsync(progress, output, stopping);
                    await progress.CommitIfDueAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was read is handed over or rejected; the position is before it.
        }
        finally
        {
            await CloseAsync();
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken abort)
    {
        if (_progress is not { } progress)
        {
            return;
        }

        _progress = null;
        await CloseAsync();
        try
        {
            await progress.EndAsync(abort);
        }
        finally
        {
            var settled = progress.Positions.Settled;
            foreach (var file in progress.Files)
            {
                if (file == settled.File)
                {
                    _delivered[Path.GetFullPath(file.Path)] = settled.Offset;
                }
                else if (file.IsRead && file.LastBatch <= settled.Batch)
                {
                    _delivered[Path.GetFullPath(file.Path)] = file.End;
                }
            }
        }
    }

    // A later file of the same name must not be taken for the one that was delivered.
    private async ValueTask ForgetAbsentAsync(CancellationToken abort)
    {
        foreach (var path in _delivered.Keys.ToArray())
        {
            if (await storage.FindAsync(path, abort) is null)
            {
                _delivered.Remove(path);
            }
        }
    }

    private async ValueTask<bool> OpenNextAsync(SpoolProgress progress, CancellationToken stopping)
    {
        if (_again.TryDequeue(out var again))
        {
            _reader = await SpoolReader.OpenAsync(again.File, again.Offset, storage, options, context, stopping);
            return true;
        }

        while (true)
        {
            var inWork = progress.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            if (await _candidates!.NextAsync(inWork, _first, stopping) is not { } candidate)
            {
                _foundNothing = true;
                return false;
            }

            _foundNothing = false;
            if (await storage.FindAsync(candidate.Path, stopping) is not { IsDirectory: false } entry)
            {
                Vanished(candidate.Path);
                continue;
            }

            var file = Begin(entry);
            try
            {
                _reader = await SpoolReader.OpenAsync(file, file.Start, storage, options, context, stopping);
            }
            catch (FileNotFoundException)
            {
                Vanished(candidate.Path);
                continue;
            }

            progress.Opened(file);
            return true;
        }
    }

    private SpoolFile Begin(StorageEntry entry)
    {
        var relative = _candidates!.Relative(entry.Path);
        if (!_delivered.Remove(Path.GetFullPath(entry.Path), out var offset))
        {
            return new SpoolFile(entry, relative, 0, false);
        }

        if (offset > entry.Length)
        {
            Replaced(entry.Path, entry.Length, offset);
            return new SpoolFile(entry, relative, 0, false);
        }

        Continued(entry.Path, offset);
        return new SpoolFile(entry, relative, offset, offset == entry.Length);
    }

    private async ValueTask SendNextAsync(SpoolProgress progress, ISourceOutput output, CancellationToken stopping)
    {
        var reader = _reader!;
        var read = await reader.ReadAsync(stopping);
        if (read.Events.IsEmpty)
        {
            await CloseAsync();
            progress.Finished(reader.File);
            if (progress.Positions.Unsettled == 0)
            {
                await progress.CommitAsync(); // a file that cannot be retired shows before the next one is begun
            }

            return;
        }

        await output.SendAsync(new EventBatch(read.Events, progress.Track(reader.File, read.Position)), stopping);
    }

    private async ValueTask RewindAsync(SpoolProgress progress, ISourceOutput output, CancellationToken stopping)
    {
        await CloseAsync();
        Queue<(SpoolFile, long)>? again;
        while ((again = progress.TryRewind()) is null)
        {
            await progress.Positions.Changed.WaitAsync(stopping);
        }

        _again = again;
        await progress.CommitAsync();
        var settled = progress.Positions.Settled.Batch;
        if (settled > _settledAtRewind)
        {
            (_settledAtRewind, _backoff) = (settled, FirstBackoff);
        }

        SendsAgain(_backoff);
        await context.Runtime.DelayAsync(_backoff, stopping);
        _backoff = TimeSpan.FromTicks(Math.Min(Math.Max(options.MaxBackoff.Ticks, FirstBackoff.Ticks), _backoff.Ticks * 2));
        output.AcknowledgeRejection();
    }

    private async ValueTask PauseAsync(SpoolProgress progress, CancellationToken stopping)
    {
        if (progress.Positions.Unsettled == 0)
        {
            if (progress.IsClean) // else something settled during the last commit
            {
                await context.Runtime.DelayAsync(options.PollDelay, stopping);
            }

            return;
        }

        using var pause = new CancellationTokenSource(options.PollDelay, context.Runtime.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stopping);
        try
        {
            await progress.Positions.Changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time for the next look.
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync();
        }
    }
}
