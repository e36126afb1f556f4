using System.Collections.Immutable;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Writes files whose events count when the file is finished. A full file is finished at once, as its events wait for it.</summary>
/// <inheritdoc cref="BucketWriter" path="/param"/>
internal sealed class HeldFileWriter(string key, string directory, string prefix, BucketEnvironment shared, HeldFileFinisher finisher)
    : BucketWriter(key, directory, prefix, shared)
{
    /// <summary>
    /// Writes the noted events; those that are no longer noted afterwards belong to a file, which settles them. Does not throw: see <see cref="BucketWriter.Failure"/>.
    /// </summary>
    /// <param name="lease">Whose events they are.</param>
    /// <param name="events">The events of the lease.</param>
    /// <param name="abort">Cancels.</param>
    public async Task WriteAsync(Lease lease, ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        Failure = null;
        var buffer = Shared.Buffers.Rent();
        var next = 0;
        try
        {
            while (next < Pending.Length && Failure is null)
            {
                if (File is null)
                {
                    File = await OpenAsync(abort);
                    File.Serializer.Begin(buffer);
                }

                var file = (HeldFile)File;
                Serialize(lease, file, events, ref next, buffer);
                file.WrittenAt = Shared.Runtime.Time.GetTimestamp();
                await file.WriteAsync(buffer, abort);
                if (Failure is not null || Shared.Roll.IsFull(file.Events, file.Length))
                {
                    TakeFile();
                    if (file.Events == 0)
                    {
                        finisher.Drop(file, Failure!); // the poison event was to be its first
                        continue;
                    }

                    await finisher.FinishInTurnAsync(file, abort);
                }
            }
        }
#pragma warning disable CA1031 // the events go back; the other buckets go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            if (TakeFile() is HeldFile file)
            {
                finisher.Drop(file, failure);
            }
        }

        Shared.Buffers.Return(buffer);
        Written(next);
    }

    protected override void Delete(LedgerEntry entry) => finisher.DeleteInBackground(entry);

    // What was serialized belongs to the file. Events that came before a poison one must not wait for it, so the file ends there.
    private void Serialize(Lease lease, HeldFile file, ImmutableArray<FlumeEvent> events, ref int next, WriteBuffer buffer)
    {
        var start = next;
        try
        {
            Serialize(file, events, Pending.Span, ref next, buffer, file.Length);
        }
        catch (PoisonEventException poison)
        {
            Failure = poison;
        }
        finally
        {
            file.Held.Add(lease, Pending.Span[start..next].ToArray());
        }
    }

    private async Task<HeldFile> OpenAsync(CancellationToken abort)
    {
        var serializer = Shared.Format.NewWriter();
        var (entry, handle) = await CreateAsync(path => Shared.Files.TryCreateWholeAsync(path, Shared.IsDurable, abort), abort);
        return new HeldFile(entry, handle, serializer, Shared.Runtime.Time.GetTimestamp());
    }
}
