using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>
/// What a log knew at one moment: which events of which segment are live, and up to where that was read from the segments. It saves the next start from
/// reading them; without it, or with an old one, the start only takes longer.
/// </summary>
internal sealed record Checkpoint(long NextSequence, ImmutableArray<Checkpoint.Folder> Folders)
{
    public const string FileName = "checkpoint.flafka";

    private static ReadOnlySpan<byte> Magic => "FLKCKPT1"u8;

    public sealed record Folder(string Path, long BodyBytes, long NextNumber, ImmutableArray<Part> Segments);

    public sealed record Part(long Number, long Length, long ReadFrom, bool IsDamaged, ImmutableArray<(long First, long End)> Live);

    /// <summary>What is so now. The caller holds the log's lock.</summary>
    public static Checkpoint Of(long nextSequence, ImmutableArray<DataDirectory> directories) => new(nextSequence, [.. directories.Select(directory => new Folder(
        directory.Path, directory.BodyBytes, directory.NextNumber,
        [.. directory.Segments.Select(segment => new Part(segment.Number, segment.Length, segment.ReadFrom, segment.IsDamaged, [.. segment.Live.Runs]))]))]);

    /// <summary>The first checkpoint that can be read.</summary>
    public static async ValueTask<Checkpoint?> LoadAsync(IStorage storage, ImmutableArray<string> paths, CancellationToken abort)
    {
        foreach (var path in paths)
        {
            try
            {
                if (await storage.FindAsync(path, abort) is { IsDirectory: false, Length: > 0 and < int.MaxValue } entry)
                {
                    await using var file = await storage.OpenAsync(path, StorageMode.Read, abort);
                    var bytes = new byte[entry.Length];
                    var length = 0;
                    while (length < bytes.Length && await file.ReadAsync(bytes.AsMemory(length), length, abort) is var read and > 0)
                    {
                        length += read;
                    }

                    if (Decode(bytes.AsSpan(0, length)) is { } checkpoint)
                    {
                        return checkpoint;
                    }
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The next one, or the segments themselves.
            }
        }

        return null;
    }

    /// <summary>Replaces the checkpoints, each in one step.</summary>
    public async Task SaveAsync(IStorage storage, ImmutableArray<string> paths, CancellationToken abort)
    {
        var buffer = new RecordBuffer();
        Encode(buffer);
        foreach (var path in paths)
        {
            var temporary = path + ".tmp";
            await using (var file = await storage.OpenAsync(temporary, StorageMode.Create, abort))
            {
                await file.WriteAsync(buffer.Written, 0, abort);
                await file.SyncAsync(abort);
            }

            await storage.MoveAsync(temporary, path, overwrite: true, abort);
            await storage.SyncDirectoryAsync(Path.GetDirectoryName(path)!, abort);
        }
    }

    public Folder? Find(string path)
    {
        foreach (var folder in Folders)
        {
            if (folder.Path == path)
            {
                return folder;
            }
        }

        return null;
    }

    private void Encode(RecordBuffer buffer)
    {
        buffer.Write(Magic);
        buffer.WriteVarint((ulong)NextSequence);
        buffer.WriteVarint((ulong)Folders.Length);
        foreach (var folder in Folders)
        {
            buffer.Write(folder.Path);
            buffer.WriteVarint((ulong)folder.BodyBytes);
            buffer.WriteVarint((ulong)folder.NextNumber);
            buffer.WriteVarint((ulong)folder.Segments.Length);
            foreach (var part in folder.Segments)
            {
                buffer.WriteVarint((ulong)part.Number);
                buffer.WriteVarint((ulong)part.Length);
                buffer.WriteVarint((ulong)part.ReadFrom);
                buffer.WriteVarint(part.IsDamaged ? 1u : 0u);
                buffer.WriteVarint((ulong)part.Live.Length);
                long end = 0;
                foreach (var run in part.Live)
                {
                    buffer.WriteVarint((ulong)(run.First - end));
                    buffer.WriteVarint((ulong)(run.End - run.First));
                    end = run.End;
                }
            }
        }

        var checksum = RecordFormat.Checksum(0, buffer.Written.Span);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.Append(4), checksum);
    }

    private static Checkpoint? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Magic.Length + 4 || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != RecordFormat.Checksum(0, bytes[..^4]))
        {
            return null;
        }

        var position = Magic.Length;
        var next = (long)RecordContent.Varint(bytes, ref position);
        var folders = ImmutableArray.CreateBuilder<Folder>();
        for (var left = RecordContent.Varint(bytes, ref position); left > 0; left--)
        {
            var path = RecordContent.Text(bytes, ref position);
            var bodyBytes = (long)RecordContent.Varint(bytes, ref position);
            var nextNumber = (long)RecordContent.Varint(bytes, ref position);
            var parts = ImmutableArray.CreateBuilder<Part>();
            for (var segments = RecordContent.Varint(bytes, ref position); segments > 0; segments--)
            {
                parts.Add(DecodePart(bytes, ref position));
            }

            folders.Add(new Folder(path, bodyBytes, nextNumber, parts.ToImmutable()));
        }

        return new Checkpoint(next, folders.ToImmutable());
    }

    private static Part DecodePart(ReadOnlySpan<byte> bytes, ref int position)
    {
        var number = (long)RecordContent.Varint(bytes, ref position);
        var length = (long)RecordContent.Varint(bytes, ref position);
        var readFrom = (long)RecordContent.Varint(bytes, ref position);
        var isDamaged = RecordContent.Varint(bytes, ref position) != 0;
        var runs = new (long, long)[RecordContent.Varint(bytes, ref position)];
        long end = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var first = end + (long)RecordContent.Varint(bytes, ref position);
            end = first + (long)RecordContent.Varint(bytes, ref position);
            runs[i] = (first, end);
        }

        return new Part(number, length, readFrom, isDamaged, [.. runs]);
    }
}
