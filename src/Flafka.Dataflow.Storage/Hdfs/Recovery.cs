using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Finishes the files that a former run left in use: a torn end is cut, an empty file deleted, the others get their final names.</summary>
internal static class Recovery
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>Finishes one file.</summary>
    /// <returns>Its final path, nothing when nothing is left of it; <see langword="null"/> when somebody seems to write it still: ask again later.</returns>
    public static async Task<string?> TryRecoverAsync(IFileSystem files, LedgerEntry entry, bool isDurable, CancellationToken abort)
    {
        if (entry.Tail == FileTail.Unfinished)
        {
            await files.DeleteAsync(entry.InUse, abort);
            return "";
        }

        if (await files.TryOpenAsync(entry.InUse, forWriting: true, abort) is not { } file)
        {
            return "";
        }

        if (!await files.TryCloseAsync(entry.InUse, abort))
        {
            await file.DisposeAsync();
            return null;
        }

        long length;
        await using (file)
        {
            length = await file.LengthAsync(abort);
            var whole = await entry.Tail.FindWholeAsync(file, length, abort);
            if (whole < length && whole > 0)
            {
                await file.SetLengthAsync(whole, abort);
                await file.SyncAsync(abort);
            }

            length = whole;
        }

        if (length == 0)
        {
            await files.DeleteAsync(entry.InUse, abort);
            return "";
        }

        return entry.HasOneName ? entry.InUse : await RenameAsync(files, entry, length, isDurable, abort);
    }

    private static async Task<string> RenameAsync(IFileSystem files, LedgerEntry entry, long length, bool isDurable, CancellationToken abort)
    {
        for (var counter = entry.Counter; ; counter++)
        {
            var target = entry.FinalWith(counter);
            switch (await files.RenameAsync(entry.InUse, target, length, isDurable, abort))
            {
                case RenameOutcome.Renamed:
                    return target;
                case RenameOutcome.SourceMissing:
                    return "";
                default:
                    // A rename that does not overwrite is a second name and then the removal of the first; a crash may come between.
                    if (await AreEqualAsync(files, entry.InUse, target, abort))
                    {
                        await files.DeleteAsync(entry.InUse, abort);
                        return target;
                    }

                    break;
            }
        }
    }

    private static async Task<bool> AreEqualAsync(IFileSystem files, string one, string other, CancellationToken abort)
    {
        await using var first = await files.TryOpenAsync(one, forWriting: false, abort);
        await using var second = await files.TryOpenAsync(other, forWriting: false, abort);
        if (first is null || second is null || await first.LengthAsync(abort) is var length && length != await second.LengthAsync(abort))
        {
            return false;
        }

        byte[] left = new byte[BlockBytes], right = new byte[BlockBytes];
        for (long position = 0; position < length; position += BlockBytes)
        {
            var count = (int)Math.Min(BlockBytes, length - position);
            await first.ReadExactlyAsync(left.AsMemory(0, count), position, abort);
            await second.ReadExactlyAsync(right.AsMemory(0, count), position, abort);
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
