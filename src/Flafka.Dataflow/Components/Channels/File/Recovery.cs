namespace Flafka.Dataflow.Components.Channels;

/// <summary>Finds out what a directory holds: from the checkpoint what it knows, from the segments the rest. Leaves damage where it is and reports it.</summary>
internal sealed class Recovery(EventLog log, DataDirectory directory, Checkpoint? checkpoint)
{
    private readonly List<SegmentDamage> _damage = [];
    private readonly List<(long First, long End)> _runs = [];
    private readonly IStorage _storage = log.Storage;
    private SegmentDamage? _gap;
    private long _seen; // all puts below have been passed

    /// <summary>Whether it only looks, and cuts nothing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>What cannot be read, in the order of the files.</summary>
    public IReadOnlyList<SegmentDamage> Damage => _damage;

    /// <summary>Bytes at the end of the last segment that were never finished.</summary>
    public long Torn { get; private set; }

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
        var older = known;
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
                (segment.IsDamaged, segment.ReadFrom) = (part.IsDamaged, part.ReadFrom);
                foreach (var (first, end) in part.Live)
                {
                    segment.Live.Add(first, end);
                }
            }

            // Only the last segment of the checkpoint has grown since; those before its first are done with, and were about to be deleted.
            if (known is null || number > known.Segments[^1].Number || (part == known.Segments[^1] && part.Length < entry.Length))
            {
                await ReplayAsync(segment, part?.Length ?? 0, number == last, abort);
            }
            else
            {
                segment.Length = part?.Length ?? entry.Length;
            }
        }

        foreach (var damage in _damage)
        {
            log.ReportDamage(damage.Segment, damage.From, damage.To, damage.Missing.Count, damage.IsEstimate);
        }

        if (known is null && older is not null)
        {
            ReportCut(older, found);
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
        var at = offset;
        var before = _damage.Count;
        try
        {
            await using var reader = new RecordReader(await _storage.OpenAsync(segment.Path, StorageMode.Read, abort), segment.Number, Math.Max(offset, RecordFormat.SegmentHeaderSize));
            if (offset == 0)
            {
                await ReadHeaderAsync(segment, reader, abort);
            }

            var (end, sound) = (segment.Length, Math.Max(offset, Math.Min(segment.Length, RecordFormat.SegmentHeaderSize)));
            before = _damage.Count;
            for (var state = await reader.NextAsync(end, withContent: true, abort); state != RecordState.End; state = await reader.NextAsync(end, withContent: true, abort))
            {
                at = reader.Position;
                if (state == RecordState.Damaged)
                {
                    OnDamaged(segment, reader);
                    continue;
                }

                Apply(segment, reader.Header!.Value, reader.Content.Span);
                (sound, before) = (at, _damage.Count);
            }

            if (isLast)
            {
                Forget(sound < end ? before : _damage.Count);
                await SealAsync(segment, sound, abort);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            // Of a known segment, the reader tries again what is live.
            log.TellTrouble($"'{segment.Path}' could not be read on: {failure.Message}");
            Add(new SegmentDamage(segment, at, segment.Length), isGap: true);
        }
    }

    private async ValueTask ReadHeaderAsync(Segment segment, RecordReader reader, CancellationToken abort)
    {
        if (await reader.ReadSegmentHeaderAsync(segment.Length, abort) is { } next)
        {
            Pass(next, next);
        }
        else if (segment.Length > RecordFormat.SegmentHeaderSize)
        {
            Add(new SegmentDamage(segment, 0, RecordFormat.SegmentHeaderSize), isGap: false);
        }
    }

    private void Apply(Segment segment, RecordHeader header, ReadOnlySpan<byte> content)
    {
        if (header.Kind == RecordKind.Put)
        {
            Pass(header.First, header.End);
            segment.Live.Add(header.First, header.End);
            directory.BodyBytes += header.BodyBytes;
        }
        else if (header.Kind == RecordKind.Consumed)
        {
            _runs.Clear();
            directory.BodyBytes = Math.Max(0, directory.BodyBytes - RecordContent.Consumed(content, header.First, _runs));
            foreach (var (first, end) in _runs)
            {
                directory.Remove(first, end);
                _damage.ForEach(damage => damage.Missing.Remove(first, end)); // what was delivered is not missing
                log.NextSequence = Math.Max(log.NextSequence, end);
            }
        }
    }

    private void OnDamaged(Segment segment, RecordReader reader)
    {
        var damage = new SegmentDamage(segment, reader.Start, reader.Position);
        if (reader.Header is not { } header)
        {
            Add(damage, isGap: true);
            return;
        }

        Add(damage, isGap: false);
        if (header.Kind == RecordKind.Put)
        {
            Pass(header.First, header.End);
            damage.Missing.Add(header.First, header.End);
        }
    }

    private void Add(SegmentDamage damage, bool isGap)
    {
        _damage.Add(damage);
        if (isGap)
        {
            _gap ??= damage;
        }
    }

    // Puts up to here have been seen. Numbers that were passed over are what damage without a header took, or another directory's.
    private void Pass(long first, long end)
    {
        if (_gap is { } gap)
        {
            gap.Missing.Add(_seen, first);
            gap.IsEstimate = log.Directories.Length > 1;
            _gap = null;
        }

        _seen = Math.Max(_seen, end);
        log.NextSequence = Math.Max(log.NextSequence, end);
    }

    // What is cut off is no damage.
    private void Forget(int before)
    {
        _damage.RemoveRange(before, _damage.Count - before);
        _gap = null;
    }

    // The checkpoint is not used, but it knows of what was synced and is not there any more.
    private void ReportCut(Checkpoint.Folder known, SortedDictionary<long, StorageEntry> found)
    {
        foreach (var part in known.Segments)
        {
            if (directory.Segments.Find(segment => segment.Number == part.Number) is { } segment && found[part.Number].Length is var length && length < part.Length)
            {
                var missing = part.Live.Sum(static run => run.End - run.First) - part.Live.Sum(run => segment.Live.Within(run.First, run.End).Sum(static run => run.End - run.First));
                log.ReportDamage(segment, length, part.Length, missing, isEstimate: false);
            }
        }
    }

    // What a crash left unfinished is cut off, so that the next start does not find it again. What it left written and not synced must not be lent now
    // and gone after the next power cut.
    private async Task SealAsync(Segment segment, long length, CancellationToken abort)
    {
        var cut = Torn = segment.Length - length;
        segment.Length = length;
        if (IsReadOnly)
        {
            return;
        }

        if (cut > 0)
        {
            log.TellTorn(segment, length, cut);
        }

        try
        {
            await using var file = await _storage.OpenAsync(segment.Path, StorageMode.OpenOrCreate, abort);
            if (cut > 0)
            {
                await file.SetLengthAsync(length, abort);
            }

            await file.SyncAsync(abort);
            await _storage.SyncDirectoryAsync(directory.Path, abort);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.TellTrouble($"'{segment.Path}' was read and could not be synced: {failure.Message}"); // the next start cuts again
        }
    }
}
