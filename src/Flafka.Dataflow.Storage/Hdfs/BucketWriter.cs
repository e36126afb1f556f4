using System.Collections.Immutable;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Writes the events of one bucket, file after file. Not thread-safe: <see cref="BucketSet"/> says who may use it.</summary>
/// <param name="key">The resolved path and prefix.</param>
/// <param name="directory">The folder of its files.</param>
/// <param name="prefix">What their names begin with.</param>
/// <param name="shared">What it shares with other buckets.</param>
internal abstract class BucketWriter(string key, string directory, string prefix, BucketEnvironment shared)
{
    private const int MostNamesAhead = 128;

    // Names that are on the ledger already. A bucket that rolls often takes more at a time, as each entry costs a sync.
    private readonly Queue<LedgerEntry> _reserved = new();
    private int _namesAhead = 1;
    private int[] _pending = new int[16];
    private int _pendingCount;

    public string Key { get; } = key;

    /// <summary>The counter of the last name.</summary>
    public long Counter { get; private set; } = shared.NowMilliseconds;

    /// <summary>The place in the order of use.</summary>
    public LinkedListNode<BucketWriter>? Place { get; set; }

    /// <summary>The one timer of the bucket, and whether it is running.</summary>
    public ITimer? Timer { get; set; }

    public bool IsTimerSet { get; set; }

    /// <summary>How many write to it, or are about to; <see cref="BucketSet"/> counts.</summary>
    public int Users { get; set; }

    /// <summary>Events are being written; the timer has to wait, and the bucket is not evicted.</summary>
    public bool IsBusy => Users > 0;

    /// <summary>The file that is open.</summary>
    public BucketFile? File { get; protected set; }

    /// <summary>Why the last write failed.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>The places of noted events that no write has dealt with yet.</summary>
    public ReadOnlyMemory<int> Pending => _pending.AsMemory(0, _pendingCount);

    /// <summary>How long the open file may stay open without another event.</summary>
    public TimeSpan? TimeLeft => File is null
        ? null
        : shared.Roll.TimeLeft(shared.Runtime.Time.GetElapsedTime(File.OpenedAt), shared.Runtime.Time.GetElapsedTime(File.WrittenAt));

    protected BucketEnvironment Shared => shared;

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

    /// <summary>Names go on after those of an earlier writer.</summary>
    public void ContinueAfter(long counter) => Counter = Math.Max(Counter, counter);

    /// <summary>Takes the file out, to be finished.</summary>
    public BucketFile? TakeFile()
    {
        var file = File;
        File = null;
        return file;
    }

    /// <summary>Strikes the names off the ledger that were never used.</summary>
    public void ReleaseNames()
    {
        while (_reserved.TryDequeue(out var entry))
        {
            shared.Ledger.Finished(entry);
        }
    }

    /// <summary>The first of the noted events are dealt with.</summary>
    protected void Written(int count)
    {
        _pending.AsSpan(count, _pendingCount - count).CopyTo(_pending);
        _pendingCount -= count;
    }

    /// <summary>Serializes up to the end, a full file or a full buffer.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="events">The batch.</param>
    /// <param name="places">Those of its events that are to be written.</param>
    /// <param name="next">The next one in <paramref name="places"/>; the poison one after an exception.</param>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="position">The length of the file.</param>
    /// <exception cref="PoisonEventException">An event has no form in this format.</exception>
    protected void Serialize(BucketFile file, ImmutableArray<FlumeEvent> events, ReadOnlySpan<int> places, ref int next, WriteBuffer buffer, long position)
    {
        do
        {
            var whole = buffer.Count;
            try
            {
                file.Serializer.Write(buffer, events[places[next]]);
            }
            catch (PoisonEventException poison)
            {
                buffer.CutTo(whole);
                throw new PoisonEventException(poison.Message, places[next], poison);
            }

            file.Events++;
            next++;
        }
        while (next < places.Length && buffer.Count < shared.ChunkBytes && !shared.Roll.IsFull(file.Events, position + buffer.Count));
    }

    /// <summary>Makes the next file.</summary>
    /// <typeparam name="T">The open file of the file system.</typeparam>
    /// <param name="tryCreate">Makes a file; gives <see langword="null"/> where there is one of the name.</param>
    /// <param name="abort">Cancels.</param>
    protected async Task<(LedgerEntry Entry, T Handle)> CreateAsync<T>(Func<string, ValueTask<T?>> tryCreate, CancellationToken abort)
        where T : class, IAsyncDisposable
    {
        while (true)
        {
            if (_reserved.Count == 0)
            {
                await ReserveAsync();
            }

            var entry = _reserved.Peek();
            T? handle;
            try
            {
                handle = await tryCreate(entry.InUse);
            }
            catch (FileLeftException)
            {
                _reserved.Dequeue();
                Delete(entry);
                throw;
            }

            if (handle is not null)
            {
                _reserved.Dequeue();
                if (shared.Names.AreFinalAtOnce)
                {
                    await AddOwnAsync(entry, handle, abort);
                }

                return (entry, handle);
            }

            _reserved.Dequeue();
            shared.Ledger.Finished(entry); // not ours to recover
        }
    }

    /// <summary>Deletes a file in the background that was never written, and strikes its name off the ledger then.</summary>
    protected abstract void Delete(LedgerEntry entry);

    private async Task ReserveAsync()
    {
        while (_reserved.Count < _namesAhead)
        {
            var entry = shared.Names.Name(directory, prefix, ++Counter);
            if (!shared.Ledger.Has(entry.InUse))
            {
                _reserved.Enqueue(entry); // else a former run left it, and it is still to be finished
            }
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

    private async Task AddOwnAsync(LedgerEntry entry, IAsyncDisposable handle, CancellationToken abort)
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
}
