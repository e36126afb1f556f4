namespace Flafka.Dataflow.Components.Channels;

/// <summary>Finds out what a directory holds: from the checkpoint what it knows, from the segments the rest. Leaves damage where it is and reports it.</summary>
internal sealed class Recovery(EventLog log, DataDirectory directory, Checkpoint? checkpoint)
{
    private readonly List<(long From, long To, RecordHeader? Header)> _damage = [];
    private readonly List<(long First, long End)> _runs = [];
    private readonly IStorage _storage = log.Storage;
    private long _seen;

    public async Task RunAsync(CancellationToken abort)
    {
        var found = new SortedDictionary<long, StorageEntry>();
        foreach (var entry in await _storage.ListAsync(directory.Path, abort))
        {
            if (Segment.NumberOf(entry.Path) is { } number)
            {
                directory.NextNumber = Math.Max(directory.NextNumber, number + 1);
                if (entry is { IsDirectory: false } && !entry.Path.EndsWith(".damaged", StringComparison.Ordinal))
                {
                    found.Add(number, entry);
                }
            }
        }

        var known = checkpoint?.Find(directory.Path);
        if (known is not null && !Fits(known, found))
        {
            known = null;
        }

        directory.BodyBytes = known?.BodyBytes ?? 0;
        directory.NextNumber = Math.Max(directory.NextNumber, known?.NextNumber ?? 0);
        var last = found.Count > 0 ? found.Keys.Max() : 0;
        foreach (var (number, entry) in found)
        {
            var segment = new Segment(directory.Path, number) { Length = entry.Length };
            directory.Segments.Add(segment);
            var part = known?.Segments.FirstOrDefault(part => part.Number == number);
            if (part is not null)
            {
                segment.IsDamaged = part.IsDamaged;
                foreach (var (first, end) in part.Live)
                {
                    segment.Live.Add(first, end);
                }
            }

            // Only the last segment of the checkpoint has grown since; those before its first are done with, and were about to be deleted.
            if (known is null || number > known.Segments[^1].Number || part == known.Segments[^1])
            {
                await ReplayAsync(segment, part?.Length ?? 0, number == last, abort);
            }
            else
            {
                segment.Length = part?.Length ?? entry.Length;
            }
        }

        if (directory.LiveEvents == 0)
        {
            directory.BodyBytes = 0;
        }
    }

    private static bool Fits(Checkpoint.Folder known, SortedDictionary<long, StorageEntry> found)
    {
        if (known.Segments.IsEmpty)
        {
            return false;
        }

        var lowest = found.Count > 0 ? found.Keys.First() : long.MaxValue;
        return known.Segments.All(part => part.Number < lowest || (found.TryGetValue(part.Number, out var entry) && entry.Length >= part.Length))
            && found.Keys.All(number => number < known.Segments[0].Number || number > known.Segments[^1].Number || known.Segments.Any(part => part.Number == number));
    }

    private async Task ReplayAsync(Segment segment, long offset, bool isLast, CancellationToken abort)
    {
        await using var reader = new RecordReader(await _storage.OpenAsync(segment.Path, StorageMode.Read, abort), segment.Number, Math.Max(offset, RecordFormat.SegmentHeaderSize));
        _damage.Clear();
        var end = segment.Length;
        var sound = Math.Max(offset, Math.Min(end, RecordFormat.SegmentHeaderSize));
        if (offset == 0)
        {
            if (await reader.ReadSegmentHeaderAsync(end, abort) is { } next)
            {
                log.NextSequence = Math.Max(log.NextSequence, next);
            }
            else if (end > RecordFormat.SegmentHeaderSize)
            {
                log.ReportDamage(segment, 0, RecordFormat.SegmentHeaderSize, 0);
            }
        }

        for (var state = await reader.NextAsync(end, withContent: true, abort); state != RecordState.End; state = await reader.NextAsync(end, withContent: true, abort))
        {
            if (state == RecordState.Damaged)
            {
                _damage.Add((reader.Start, reader.Position, reader.Header));
                continue;
            }

            var header = reader.Header!.Value;
            ReportDamage(segment, header.Kind == RecordKind.Put ? header.First : null);
            Apply(segment, header, reader.Content.Span);
            sound = reader.Position;
        }

        if (sound < end && isLast)
        {
            await CutAsync(segment, sound, abort);
        }
        else
        {
            ReportDamage(segment, null);
        }
    }

    private void Apply(Segment segment, RecordHeader header, ReadOnlySpan<byte> content)
    {
        log.NextSequence = Math.Max(log.NextSequence, header.End);
        if (header.Kind == RecordKind.Put)
        {
            segment.Live.Add(header.First, header.End);
            directory.BodyBytes += header.BodyBytes;
            _seen = header.End;
        }
        else if (header.Kind == RecordKind.Consumed)
        {
            _runs.Clear();
            directory.BodyBytes = Math.Max(0, directory.BodyBytes - RecordContent.Consumed(content, header.First, _runs));
            foreach (var (first, end) in _runs)
            {
                directory.Remove(first, end);
                log.NextSequence = Math.Max(log.NextSequence, end);
            }
        }
    }

    // How many events are missing is what the header says; without one, the gap that the numbers leave, which may be another directory's.
    private void ReportDamage(Segment segment, long? next)
    {
        foreach (var (from, to, header) in _damage)
        {
            log.ReportDamage(segment, from, to, header is { Kind: RecordKind.Put } lost ? lost.Count : header is null && next > _seen ? next.Value - _seen : 0);
            log.NextSequence = Math.Max(log.NextSequence, header?.End ?? 0);
        }

        _damage.Clear();
    }

    // What a crash left unfinished. It is cut, so that the next start does not find it again.
    private async Task CutAsync(Segment segment, long length, CancellationToken abort)
    {
        log.TellTorn(segment, length, segment.Length - length);
        segment.Length = length;
        try
        {
            await using var file = await _storage.OpenAsync(segment.Path, StorageMode.OpenOrCreate, abort);
            await file.SetLengthAsync(length, abort);
            await file.SyncAsync(abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is not read behind its length, and the next start cuts again.
        }
    }
}
