namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// The order of a file channel's events between two starts: what is in memory to be lent, what was given back, what has to be read first. The events that
/// come next are in memory, up to a bound; everything behind them is on disk only, and read when its turn comes.
/// </summary>
internal sealed class FileQueue : IRunOwner<FileBatch>
{
    // What an event takes in memory besides its body, about.
    private const int EventSize = 100;

    private static readonly InvalidOperationException Aborted = new("The agent stopped before these events were stored.");

    private readonly EventLog _log;
    private readonly LogReader _reader;
    private readonly CapacityGate _gate;
    private readonly CapacityGate _writing;
    private readonly Action _pump;
    private readonly LendingOrder<FileBatch> _order;
    private readonly Queue<EventRun<FileBatch>> _ready = new();
    private readonly List<(long First, long End, Receipt Share)> _held = [];
    private readonly Dictionary<Receipt, long> _open = [];
    private readonly AsyncSignal _readMore = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private long _readySize;
    private long _live;
    private long _leased;
    private bool _isBehind;
    private bool _isDraining;
    private bool _isClosed;

    public FileQueue(EventLog log, CapacityGate gate, CapacityGate writing, Action pump)
    {
        _log = log;
        _gate = gate;
        _writing = writing;
        _pump = pump;
        _reader = new LogReader(log);
        _order = new LendingOrder<FileBatch>(TryNext);
        log.OnPublished = OnPublished;
        log.OnLost = events =>
        {
            _live -= events;
            _gate.Release((int)events, 0);
        };
        log.AfterPublished = () =>
        {
            _pump();
            CheckDrained();
        };
    }

    public bool HasUnlent => !Volatile.Read(ref _isDraining) && Volatile.Read(ref _live) > Volatile.Read(ref _leased);

    public bool IsDraining => Volatile.Read(ref _isDraining);

    public (long Live, long Leased, long BodyBytes) Figures
    {
        get
        {
            lock (_log.Sync)
            {
                return (_live, _leased, _log.Directories.Sum(static directory => directory.BodyBytes));
            }
        }
    }

    /// <summary>Recovers what is on disk and begins to read it.</summary>
    public async Task OpenAsync(CancellationToken abort)
    {
        await _log.OpenAsync(abort);
        lock (_log.Sync)
        {
            _live = _log.Directories.Sum(static directory => directory.LiveEvents);
            _gate.Occupy(_live);
            foreach (var directory in _log.Directories)
            {
                if (directory.Segments.Find(static segment => !segment.Live.IsEmpty) is { } first)
                {
                    _reader.Begin(directory, first.Number, 0, 0);
                    _isBehind = true;
                }
            }
        }

        _reading = _log.Runtime.Start(KeepReadingAsync);
        _readMore.Set();
    }

    public async Task CloseAsync()
    {
        lock (_log.Sync)
        {
            _isClosed = true;
        }

        _closing.Cancel();
        await _reading;
        await _reader.DisposeAsync();
        await _log.CloseAsync();
        SettleHeld();
    }

    /// <summary>Gives a batch its place. The room is taken.</summary>
    /// <returns>False when the channel is closed.</returns>
    public bool Put(FileBatch batch)
    {
        lock (_log.Sync)
        {
            if (_isClosed)
            {
                return false;
            }

            _log.Append(batch);
        }

        _log.Wake();
        return true;
    }

    public Lease? TryLease(int maxEvents)
    {
        lock (_log.Sync)
        {
            if (_isDraining || _isClosed)
            {
                return null;
            }

            if (_order.TryLend(maxEvents, this, out var lease))
            {
                _leased += lease.Count;
            }

            if (_order.WantsLoad || (_isBehind && _readySize < _log.Settings.MemoryTail / 2))
            {
                _readMore.Set();
            }

            return lease;
        }
    }

    void IRunOwner<FileBatch>.PumpAll() => _pump();

    EventRun<FileBatch> IRunOwner<FileBatch>.Release(EventRun<FileBatch> run)
    {
        var batch = run.Batch;
        var onDisk = new FileBatch([], run.BodyBytes) { Count = run.Count, First = run.First, Directory = batch.Directory, Segment = batch.Segment, Offset = batch.Offset, IsStored = true };
        return new EventRun<FileBatch>(onDisk, 0, run.Count);
    }

    /// <summary>Nothing more is lent; completes when what is lent is settled and what was put is stored.</summary>
    public async Task DrainAsync(CancellationToken abort)
    {
        lock (_log.Sync)
        {
            _isDraining = true;
        }

        _pump();
        CheckDrained();
        using (abort.UnsafeRegister(static queue => ((FileQueue)queue!).Abort(), this))
        {
            await _drained.Task;
        }

        SettleHeld();
    }

    /// <summary>Nobody waits any more: what is not stored is refused, though it may be stored all the same.</summary>
    public void Abort()
    {
        _log.AbandonUnpublished(Aborted);
        _drained.TrySetResult();
    }

    void IRunOwner<FileBatch>.OnCommitted(EventRun<FileBatch> run)
    {
        List<Receipt>? settled = null;
        var bodyBytes = run.BodyBytes;
        lock (_log.Sync)
        {
            _leased -= run.Count;
            if (_isClosed)
            {
                return; // too late to write it down: it comes again
            }

            _live -= run.Count;
            _log.Consume(run.Batch, run.First, run.End, bodyBytes);
            if (_held.Count > 0)
            {
                settled = Release(run.First, run.End);
            }
        }

        _gate.Release(run.Count, 0);
        settled?.ForEach(static share => share.Settle(Settlement.Delivered));
        CheckDrained();
    }

    void IRunOwner<FileBatch>.OnRolledBack(EventRun<FileBatch> run)
    {
        lock (_log.Sync)
        {
            _leased -= run.Count;
            _order.Return(run);
        }

        CheckDrained();
    }

    // End to end: a share is open until all its events are committed. The caller holds the lock.
    private List<Receipt>? Release(long first, long end)
    {
        List<Receipt>? settled = null;
        for (var i = 0; i < _held.Count && _held[i].First < end; i++)
        {
            var (heldFirst, heldEnd, share) = _held[i];
            var here = Math.Min(end, heldEnd) - Math.Max(first, heldFirst);
            if (here > 0 && (_open[share] -= here) == 0)
            {
                _open.Remove(share);
                _held.RemoveAt(i--);
                (settled ??= []).Add(share);
            }
        }

        return settled;
    }

    // They are stored and stay: to refuse them now would only bring them twice.
    private void SettleHeld()
    {
        List<Receipt> shares;
        lock (_log.Sync)
        {
            shares = [.. _held.Select(static held => held.Share)];
            _held.Clear();
            _open.Clear();
        }

        shares.ForEach(static share => share.Settle(Settlement.Delivered));
    }

    // Runs under the lock, batch after batch in the order of their numbers.
    private void OnPublished(FileBatch batch)
    {
        _writing.Release(batch.Events.Length, batch.Size);
        if (batch.Failure is not null)
        {
            _gate.Release(batch.Events.Length, 0);
            return;
        }

        _live += batch.Events.Length;
        if (batch.Receipt is { } share)
        {
            _held.Add((batch.First, batch.End, share));
            _open.Add(share, batch.Events.Length);
            batch.Receipt = null;
        }

        if (!_isBehind && (_ready.Count == 0 || _readySize + SizeOf(new EventRun<FileBatch>(batch, 0, batch.Events.Length)) <= _log.Settings.MemoryTail))
        {
            Ready(batch);
            return;
        }

        _isBehind = true;
        _reader.Begin(batch.Directory!, batch.Segment!.Number, batch.Offset, batch.First);
    }

    // Live events of a batch become lendable. The caller holds the lock.
    private void Ready(FileBatch batch)
    {
        foreach (var (first, end) in batch.Segment!.Live.Within(batch.First, batch.End))
        {
            var run = new EventRun<FileBatch>(batch, (int)(first - batch.First), (int)(end - first));
            _ready.Enqueue(run);
            _readySize += SizeOf(run);
        }
    }

    // The caller holds the lock.
    private bool TryNext(out EventRun<FileBatch> run)
    {
        if (!_ready.TryDequeue(out run))
        {
            return false;
        }

        _readySize -= SizeOf(run);
        return true;
    }

    private static long SizeOf(EventRun<FileBatch> run) => run.BodyBytes + ((long)run.Count * EventSize);

    private async Task KeepReadingAsync()
    {
        try
        {
            while (true)
            {
                await _readMore.WaitAsync(_closing.Token);
                while (await ReadReturnedAsync() || await ReadSomeAsync())
                {
                    _pump();
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed: what was read and not lent is on disk.
        }
    }

    // Reads what a sink had released and has given back. False when there is nothing of the kind.
    private async Task<bool> ReadReturnedAsync()
    {
        EventRun<FileBatch> run;
        lock (_log.Sync)
        {
            if (!_order.TryBeginLoad(out run))
            {
                return false;
            }
        }

        var found = await _reader.ReadAgainAsync(run, _closing.Token);
        lock (_log.Sync)
        {
            _order.EndLoad(found);
        }

        return true;
    }

    // Reads the next record into memory. False when there is enough, or no more.
    private async Task<bool> ReadSomeAsync()
    {
        long limit;
        lock (_log.Sync)
        {
            if (!_isBehind || (_ready.Count > 0 && _readySize >= _log.Settings.MemoryTail))
            {
                return false;
            }

            limit = _log.PublishedTo;
        }

        var batch = await _reader.NextAsync(limit, _closing.Token);
        List<IAsyncDisposable> ended;
        lock (_log.Sync)
        {
            if (batch is not null)
            {
                Ready(batch);
                return true;
            }

            if (_log.PublishedTo != limit)
            {
                return true;
            }

            _isBehind = false;
            ended = _reader.End();
        }

        foreach (var cursor in ended)
        {
            await cursor.DisposeAsync();
        }

        return false;
    }

    private void CheckDrained()
    {
        lock (_log.Sync)
        {
            if (!_isDraining || _leased > 0 || _log.HasUnpublished)
            {
                return;
            }
        }

        _drained.TrySetResult();
    }
}
