using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Reads live events from disk in the order of their numbers, over all directories. One call at a time.</summary>
internal sealed class LogReader(EventLog log) : IAsyncDisposable
{
    private readonly Dictionary<DataDirectory, Cursor> _cursors = [];

    /// <summary>Reading begins here, unless it is under way in that directory. The caller holds the log's lock.</summary>
    public void Begin(DataDirectory directory, long segment, long offset, long first)
    {
        if (!_cursors.ContainsKey(directory))
        {
            _cursors.Add(directory, new Cursor(log, directory, segment, offset, first));
        }
    }

    /// <summary>Everything is read. The caller holds the log's lock.</summary>
    public List<IAsyncDisposable> End()
    {
        List<IAsyncDisposable> ended = [.. _cursors.Values];
        _cursors.Clear();
        return ended;
    }

    /// <summary>The events of the next record that has live ones; <see langword="null"/> when there is none below the limit.</summary>
    public async ValueTask<FileBatch?> NextAsync(long limit, CancellationToken abort)
    {
        ImmutableArray<Cursor> cursors;
        lock (log.Sync)
        {
            cursors = [.. _cursors.Values];
        }

        Cursor? lowest = null;
        foreach (var cursor in cursors)
        {
            if (await cursor.PeekAsync(abort) is { } batch && batch.First < limit && !(batch.First >= lowest?.Peeked!.First))
            {
                lowest = cursor;
            }
        }

        return lowest?.Take();
    }

    /// <summary>Reads live events once more.</summary>
    public async ValueTask<List<EventRun<FileBatch>>> ReadAgainAsync(EventRun<FileBatch> run, CancellationToken abort)
    {
        List<EventRun<FileBatch>> found = [];
        await using var cursor = new Cursor(log, run.Batch.Directory!, run.Batch.Segment!.Number, run.Batch.Offset, run.First, run.End);
        while (await cursor.PeekAsync(abort) is { } batch && batch.First < run.End)
        {
            _ = cursor.Take();
            lock (log.Sync)
            {
                found.AddRange(batch.Segment!.Live.Within(Math.Max(batch.First, run.First), Math.Min(batch.End, run.End))
                    .Select(part => new EventRun<FileBatch>(batch, (int)(part.First - batch.First), (int)(part.End - part.First))));
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        List<IAsyncDisposable> ended;
        lock (log.Sync)
        {
            ended = End();
        }

        foreach (var cursor in ended)
        {
            await cursor.DisposeAsync();
        }
    }

    private sealed class Cursor(EventLog log, DataDirectory directory, long number, long offset, long first, long limit = long.MaxValue) : IAsyncDisposable
    {
        private const int MostFailures = 60; // a minute: what is not damaged but cannot be read for now is not given up

        private readonly List<(long From, long To)> _damage = [];
        private Segment? _segment;
        private RecordReader? _reader;
        private long _number = number;
        private long _offset = offset;
        private long _seen = first; // every put below has been passed
        private int _failures;

        public FileBatch? Peeked { get; private set; }

        public FileBatch Take()
        {
            var batch = Peeked!;
            Peeked = null;
            return batch;
        }

        public async ValueTask<FileBatch?> PeekAsync(CancellationToken abort)
        {
            while (Peeked is null && EnterSegment() is { } segment)
            {
                try
                {
                    if (!await ReadAsync(segment, abort))
                    {
                        return null;
                    }

                    _failures = 0;
                }
#pragma warning disable CA1031 // whatever it is: were reading to end here, nothing behind would ever be lent
                catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    await OnFailureAsync(segment, failure, abort);
                }
            }

            return Peeked;
        }

        public ValueTask DisposeAsync() => _reader?.DisposeAsync() ?? ValueTask.CompletedTask;

        // The segment at hand, or the next one with live events.
        private Segment? EnterSegment()
        {
            if (_segment is null)
            {
                lock (log.Sync)
                {
                    _segment = directory.Segments.Find(segment => segment.Number >= _number && segment.Live.End > _seen);
                }

                if (_segment is not null)
                {
                    _offset = Math.Max(_segment.Number == _number ? _offset : 0, _segment.ReadFrom);
                    _number = _segment.Number;
                }
            }

            return _segment;
        }

        // Reads one record. False at the end of all that is synced.
        private async ValueTask<bool> ReadAsync(Segment segment, CancellationToken abort)
        {
            _reader ??= new RecordReader(await log.Storage.OpenAsync(segment.Path, StorageMode.Read, abort), segment.Number, Math.Max(_offset, RecordFormat.SegmentHeaderSize));
            long end;
            long liveEnd;
            bool isComplete;
            lock (log.Sync)
            {
                (end, liveEnd) = (segment.Length, segment.Live.End);
                isComplete = directory.Segments.Exists(other => other.Number > segment.Number);
            }

            var state = await _reader.NextAsync(end, withContent: false, abort);
            _offset = _reader.Start;
            if (state == RecordState.End)
            {
                if (!isComplete)
                {
                    if (_damage.Count > 0)
                    {
                        Lose(segment, liveEnd); // all of it is synced, and none of it behind the damage was sound
                        _seen = Math.Max(_seen, liveEnd);
                    }

                    return false;
                }

                Lose(segment, long.MaxValue);
                await LeaveAsync();
                return true;
            }

            if (state == RecordState.Damaged)
            {
                _damage.Add((_reader.Start, _reader.Position));
                return true;
            }

            var header = _reader.Header!.Value;
            if (header.Kind != RecordKind.Put || header.End <= _seen)
            {
                return true;
            }

            Lose(segment, header.First);
            bool isLive;
            bool isWhole;
            lock (log.Sync)
            {
                isLive = segment.Live.Overlaps(header.First, header.End);
                isWhole = segment.Live.Contains(header.First, header.End);
            }

            if (isLive && !await _reader.ReadContentAsync(header, end, abort))
            {
                _damage.Add((_reader.Start, _reader.Position));
                Lose(segment, header.End);
                isLive = false;
            }

            if (isLive)
            {
                // A few live events do not keep what was read around them.
                var content = isWhole ? _reader.TakeContent() : _reader.Content.ToArray();
                Peeked = new FileBatch(RecordContent.Events(content, header.Count), header.BodyBytes)
                {
                    First = header.First,
                    Directory = directory,
                    Segment = segment,
                    Offset = _reader.Start,
                    IsStored = true,
                };
            }

            _seen = header.End;
            return true;
        }

        // Live events below a number that no sound record brought: they are gone.
        private void Lose(Segment segment, long below)
        {
            lock (log.Sync)
            {
                var missing = segment.Live.Remove(_seen, Math.Min(below, limit)); // what is behind the limit is another reader's
                if (missing > 0)
                {
                    log.OnLost(missing);
                }

                foreach (var (from, to) in _damage)
                {
                    if (missing > 0 || !segment.IsDamaged)
                    {
                        log.ReportDamage(segment, from, to, missing); // else the start has said it
                    }

                    missing = 0;
                }

                if (missing > 0)
                {
                    log.ReportDamage(segment, _offset, segment.Length, missing);
                }
            }

            _damage.Clear();
        }

        private async ValueTask OnFailureAsync(Segment segment, Exception failure, CancellationToken abort)
        {
            if (_reader is not null)
            {
                await _reader.DisposeAsync();
                _reader = null;
            }

            var isGone = failure is FileNotFoundException or DirectoryNotFoundException;
            if (!isGone && failure is (IOException or UnauthorizedAccessException or OutOfMemoryException) && ++_failures < MostFailures)
            {
                if (_failures == 1)
                {
                    log.TellTrouble($"'{segment.Path}' could not be read and is tried again for a minute: {failure.Message}");
                }

                await log.Runtime.DelayAsync(TimeSpan.FromSeconds(1), abort);
                return;
            }

            // No more of it can be read: the rest of the segment is lost, what is behind it is not.
            if (!isGone || segment.Live.End > _seen)
            {
                _damage.Add((_offset, segment.Length));
            }

            Lose(segment, long.MaxValue);
            await LeaveAsync();
        }

        private async ValueTask LeaveAsync()
        {
            if (_reader is not null)
            {
                await _reader.DisposeAsync();
            }

            (_reader, _segment, _offset, _failures) = (null, null, 0, 0);
            _number++;
        }
    }
}
