using System.Collections.Immutable;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Writes files whose events count batch by batch.</summary>
/// <inheritdoc cref="BucketWriter" path="/param"/>
internal class GrowingFileWriter(string key, string directory, string prefix, BucketEnvironment shared, FileFinisher finisher)
    : BucketWriter(key, directory, prefix, shared)
{
    // What Stage has serialized, and the first event that it has not.
    private WriteBuffer? _staged;
    private int _next;

    /// <summary>
    /// Serializes the noted events for one write into the open file, which others do together with theirs. Does not throw: see <see cref="BucketWriter.Failure"/>.
    /// </summary>
    /// <returns>The write, to be done and then given to <see cref="EndStage"/>; without one and without a failure the events need <see cref="WriteAsync(ImmutableArray{FlumeEvent}, CancellationToken)"/>.</returns>
    public StorageWrite? Stage(ImmutableArray<FlumeEvent> events)
    {
        Failure = null;
        if (Pending.IsEmpty || File is not GrowingFile { IsTorn: false } file || Shared.Roll.IsFull(file.Events, file.CommittedBytes))
        {
            return null;
        }

        _staged = Shared.Buffers.Rent();
        try
        {
            Serialize(file, events, Pending.Span, ref _next, _staged, file.CommittedBytes);
            if (_next < Pending.Length)
            {
                return null;
            }

            file.Serializer.Flush(_staged);
            file.IsTorn = true; // until it is committed
            return new StorageWrite(file.Handle!, _staged.Written, file.CommittedBytes);
        }
#pragma warning disable CA1031 // the events go back; the other buckets go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            Revert(failure);
            Unstage();
            return null;
        }
    }

    /// <summary>The write has ended.</summary>
    public void EndStage(StorageWrite write)
    {
        if (write.Failure is { } failure)
        {
            Failure = failure;
            Revert(failure);
        }
        else
        {
            var file = (GrowingFile)File!;
            file.Commit(write.Position + write.Bytes.Length);
            file.WrittenAt = Shared.Runtime.Time.GetTimestamp();
            Written(Pending.Length);
        }

        Unstage();
    }

    /// <summary>Writes the noted events with one write for each file. Does not throw: see <see cref="BucketWriter.Failure"/>.</summary>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Written(await WriteAsync(events, Pending, abort));

    /// <summary>Writes events with one write for each file. Does not throw: see <see cref="BucketWriter.Failure"/>.</summary>
    /// <param name="events">A batch.</param>
    /// <param name="places">Those of its events that are to be written.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns>How many of them are committed, the first ones.</returns>
    protected async Task<int> WriteAsync(ImmutableArray<FlumeEvent> events, ReadOnlyMemory<int> places, CancellationToken abort)
    {
        Failure = null;
        if (places.IsEmpty)
        {
            return 0;
        }

        var buffer = _staged ?? Shared.Buffers.Rent();
        var next = _next;
        (_staged, _next) = (null, 0);
        var committed = 0;
        try
        {
            await CutAsync(abort);
            var file = (GrowingFile?)File;
            var position = file?.CommittedBytes ?? 0;
            while (next < places.Length)
            {
                if (file is not null && Shared.Roll.IsFull(file.Events, position + buffer.Count))
                {
                    await CommitAsync(file, buffer, position, abort);
                    committed = next;
                    TakeFile();
                    await finisher.FinishAsync(file, abort);
                    file = null;
                }

                if (file is null)
                {
                    File = file = await OpenAsync(abort);
                    position = 0;
                    file.Serializer.Begin(buffer);
                }

                Serialize(file, events, places.Span, ref next, buffer, position);
                if (buffer.Count >= Shared.ChunkBytes)
                {
                    position = await WriteAsync(file, buffer, position, abort);
                }
            }

            await CommitAsync(file!, buffer, position, abort);
            committed = places.Length;
        }
#pragma warning disable CA1031 // the events go back; the other buckets go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            Revert(failure);
        }

        Shared.Buffers.Return(buffer);
        return committed;
    }

    /// <summary>Finishes a file whose time is over: while append follows append, the bucket is never at rest and no timer finds it.</summary>
    protected void RollIfDue()
    {
        if (TimeLeft <= TimeSpan.Zero)
        {
            finisher.FinishInBackground((GrowingFile)TakeFile()!);
        }
    }

    protected override void Delete(LedgerEntry entry) =>
        finisher.FinishInBackground(new GrowingFile(entry, null, Shared.Format.NewWriter(), Shared.Runtime.Time.GetTimestamp()));

    private void Unstage()
    {
        Shared.Buffers.Return(_staged!);
        (_staged, _next) = (null, 0);
    }

    private async Task CommitAsync(GrowingFile file, WriteBuffer buffer, long position, CancellationToken abort)
    {
        if (file.Events == file.CommittedEvents)
        {
            return;
        }

        file.Serializer.Flush(buffer);
        position = await WriteAsync(file, buffer, position, abort);
        if (Shared.IsDurable)
        {
            await file.Handle!.SyncAsync(abort);
        }

        file.Commit(position);
        file.WrittenAt = Shared.Runtime.Time.GetTimestamp();
    }

    private static async Task<long> WriteAsync(GrowingFile file, WriteBuffer buffer, long position, CancellationToken abort)
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

    private async Task<GrowingFile> OpenAsync(CancellationToken abort)
    {
        var serializer = Shared.Format.NewWriter();
        var (entry, handle) = await CreateAsync(path => Shared.Files.TryCreateAsync(path, Shared.IsDurable, abort), abort);
        return new GrowingFile(entry, handle, serializer, Shared.Runtime.Time.GetTimestamp());
    }

    // After a failed write: nothing is written behind bytes of unknown making.
    private async Task CutAsync(CancellationToken abort)
    {
        if (File is not GrowingFile { IsTorn: true } file)
        {
            return;
        }

        try
        {
            await file.CutAsync(abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TakeFile();
            finisher.FinishInBackground(file); // tries to cut it again; the bucket goes on in a new file
        }
    }

    private void Revert(Exception failure)
    {
        if (File is not GrowingFile file)
        {
            return;
        }

        if (failure is NameTakenException)
        {
            TakeFile();
            Shared.Ledger.Finished(file.Entry); // not ours
        }
        else if (!file.TryRevert(Shared.Format.NewWriter) || (file.IsTorn && !Shared.Files.CutsAtOnce))
        {
            TakeFile();
            finisher.FinishInBackground(file);
        }
    }
}
