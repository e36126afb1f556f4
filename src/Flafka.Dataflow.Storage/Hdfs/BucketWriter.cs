using System.Collections.Immutable;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Writes the events of one bucket, file after file. Not thread-safe: <see cref="BucketSet"/> says who may use it.</summary>
/// <param name="key">The resolved path and prefix.</param>
/// <param name="directory">The folder of its files.</param>
/// <param name="prefix">What their names begin with.</param>
/// <param name="shared">What it shares with other buckets.</param>
internal sealed class BucketWriter(string key, string directory, string prefix, BucketEnvironment shared)
{
    private const int MostNamesAhead = 128;

    // Names that are on the ledger already. A bucket that rolls often takes more at a time, as each entry costs a sync.
    private readonly Queue<LedgerEntry> _reserved = new();
    private int _namesAhead = 1;
    private long _counter = shared.NowMilliseconds;
    private int[] _pending = new int[16];
    private int _pendingCount;

    public string Key { get; } = key;

    /// <summary>The place in the order of use.</summary>
    public LinkedListNode<BucketWriter>? Place { get; set; }

    /// <summary>The one timer of the bucket, and whether it is running.</summary>
    public ITimer? Timer { get; set; }

    public bool IsTimerSet { get; set; }

    /// <summary>A batch is being written; the timer has to wait.</summary>
    public bool IsBusy { get; set; }

    /// <summary>The file that is open.</summary>
    public BucketFile? File { get; private set; }

    /// <summary>Why the last write failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The places of the events that the last write did not commit.</summary>
    public ReadOnlySpan<int> Failed => _pending.AsSpan(0, _pendingCount);

    /// <summary>How long the open file may stay open without another event.</summary>
    public TimeSpan? TimeLeft => File is null
        ? null
        : shared.Roll.TimeLeft(shared.Runtime.Time.GetElapsedTime(File.OpenedAt), shared.Runtime.Time.GetElapsedTime(File.WrittenAt));

    /// <summary>Notes events for the next write.</summary>
    /// <param name="start">Place of the first.</param>
    /// <param name="end">Place behind the last.</param>
    public void Add(int start, int end)
    {
        var count = _pendingCount + end - start;
        if (count > _pending.Length)
        {
            Array.Resize(ref _pending, Math.Max(count, 2 * _pending.Length));
        }

        while (start < end)
        {
            _pending[_pendingCount++] = start++;
        }
    }

    /// <summary>Forgets noted events.</summary>
    public void Clear() => _pendingCount = 0;

    /// <summary>Takes the file out, to be finished.</summary>
    public BucketFile? TakeFile()
    {
        var file = File;
        File = null;
        return file;
    }

    /// <summary>Writes the noted events with one write for each file. Does not throw: see <see cref="Failure"/>.</summary>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        Failure = null;
        if (_pendingCount == 0)
        {
            return;
        }

        var buffer = shared.Buffers.Rent();
        var committed = 0;
        try
        {
            await CutAsync(abort);
            long position = File?.CommittedBytes ?? 0;
            for (var next = 0; next < _pendingCount;)
            {
                if (File is not null && shared.Roll.IsFull(File.Events, position + buffer.Count))
                {
                    position = await CommitAsync(File, buffer, position, abort);
                    committed = next;
                    await shared.Finisher.FinishAsync(TakeFile()!, abort);
                }

                if (File is null)
                {
                    File = await OpenAsync(abort);
                    position = 0;
                    File.Serializer.Begin(buffer);
                }

                next = Serialize(File, events, next, buffer, position);
                if (buffer.Count >= WriteBufferPool.ChunkBytes)
                {
                    position = await WriteAsync(File, buffer, position, abort);
                }
            }

            await CommitAsync(File!, buffer, position, abort);
            committed = _pendingCount;
        }
#pragma warning disable CA1031 // the events go back; the other buckets go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            Revert();
        }

        shared.Buffers.Return(buffer);
        _pending.AsSpan(committed, _pendingCount - committed).CopyTo(_pending);
        _pendingCount -= committed;
    }

    // Up to the end, a full file or a full buffer.
    private int Serialize(BucketFile file, ImmutableArray<FlumeEvent> events, int next, WriteBuffer buffer, long position)
    {
        var pending = _pending.AsSpan(0, _pendingCount);
        var serializer = file.Serializer;
        var count = file.Events;
        do
        {
            var flumeEvent = events[pending[next]];
            try
            {
                serializer.Write(buffer, flumeEvent);
            }
            catch (PoisonEventException poison)
            {
                throw new PoisonEventException(poison.Message, pending[next], poison);
            }

            count++;
            next++;
        }
        while (next < pending.Length && buffer.Count < WriteBufferPool.ChunkBytes && !shared.Roll.IsFull(count, position + buffer.Count));

        file.Events = count;
        return next;
    }

    private async Task<long> CommitAsync(BucketFile file, WriteBuffer buffer, long position, CancellationToken abort)
    {
        if (file.Events == file.CommittedEvents)
        {
            return position;
        }

        file.Serializer.Flush(buffer);
        position = await WriteAsync(file, buffer, position, abort);
        if (shared.IsDurable)
        {
            await file.Handle!.SyncAsync(abort);
        }

        file.Commit(position);
        file.WrittenAt = shared.Runtime.Time.GetTimestamp();
        return position;
    }

    private static async Task<long> WriteAsync(BucketFile file, WriteBuffer buffer, long position, CancellationToken abort)
    {
        if (buffer.Count > 0)
        {
            file.IsTorn = true; // until it is committed
            await file.Handle!.WriteAsync(buffer.Written, position, abort);
            position += buffer.Count;
            buffer.Clear();
        }

        return position;
    }

    private async Task<BucketFile> OpenAsync(CancellationToken abort)
    {
        while (true)
        {
            if (_reserved.Count == 0)
            {
                await ReserveAsync();
            }

            var entry = _reserved.Peek();
            var serializer = shared.Format.NewWriter();
            if (await shared.Files.TryCreateAsync(entry.InUse, shared.IsDurable, abort) is { } handle)
            {
                _reserved.Dequeue();
                if (shared.Names.AreFinalAtOnce)
                {
                    await AddOwnAsync(entry, handle, abort);
                }

                return new BucketFile(entry, handle, serializer, shared.Runtime.Time.GetTimestamp());
            }

            _reserved.Dequeue();
            shared.Ledger.Finished(entry); // not ours to recover
        }
    }

    private async Task ReserveAsync()
    {
        for (var i = 0; i < _namesAhead; i++)
        {
            _reserved.Enqueue(shared.Names.Name(directory, prefix, ++_counter));
        }

        if (shared.Names.AreFinalAtOnce)
        {
            return; // the name alone does not tell whose a file is: it goes on the ledger once it was made
        }

        try
        {
            await shared.Ledger.AddAsync([.. _reserved]);
        }
        catch
        {
            _reserved.Clear();
            throw;
        }

        _namesAhead = Math.Min(2 * _namesAhead, MostNamesAhead);
    }

    private async Task AddOwnAsync(LedgerEntry entry, IStorageFile handle, CancellationToken abort)
    {
        try
        {
            await shared.Ledger.AddAsync([entry]);
        }
        catch
        {
            await handle.DisposeAsync();
            await shared.Files.DeleteAsync(entry.InUse, abort);
            throw;
        }
    }

    // After a failed write: nothing is written behind bytes of unknown making.
    private async Task CutAsync(CancellationToken abort)
    {
        if (File is not { IsTorn: true } file)
        {
            return;
        }

        try
        {
            await file.CutAsync(abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            shared.Finisher.FinishInBackground(TakeFile()!); // tries to cut it again; the bucket goes on in a new file
        }
    }

    private void Revert()
    {
        if (File is { } file && !file.TryRevert(shared.Format.NewWriter))
        {
            shared.Finisher.FinishInBackground(TakeFile()!);
        }
    }

    /// <summary>Strikes the names off the ledger that were never used.</summary>
    public void ReleaseNames()
    {
        while (_reserved.TryDequeue(out var entry))
        {
            shared.Ledger.Finished(entry);
        }
    }
}
