namespace Flafka.Dataflow.Components.Channels;

/// <summary>A set of sequence numbers as runs of neighbours: what a segment still has to deliver is one run, or a few, whatever its size. Not thread-safe.</summary>
internal sealed class SequenceSet
{
    private readonly List<(long First, long End)> _runs = [];
    private int _start; // runs before it are gone; numbers leave mostly at the front

    /// <summary>How many numbers.</summary>
    public long Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>The lowest number; <see cref="long.MaxValue"/> when there is none.</summary>
    public long First => IsEmpty ? long.MaxValue : _runs[_start].First;

    /// <summary>One more than the highest number; 0 when there is none.</summary>
    public long End => IsEmpty ? 0 : _runs[^1].End;

    /// <summary>The runs, in order.</summary>
    public IEnumerable<(long First, long End)> Runs => _runs.Skip(_start);

    public int RunCount => _runs.Count - _start;

    /// <summary>Adds a run; numbers that are in it already stay.</summary>
    public void Add(long first, long end)
    {
        if (first >= end)
        {
            return;
        }

        // The usual case: behind all the others.
        if (IsEmpty || first > _runs[^1].End)
        {
            _runs.Add((first, end));
            Count += end - first;
            return;
        }

        // All runs that overlap or touch become one.
        var from = IndexOfEndAtOrAfter(first);
        var to = from;
        while (to < _runs.Count && _runs[to].First <= end)
        {
            (first, end) = (Math.Min(first, _runs[to].First), Math.Max(end, _runs[to].End));
            Count -= _runs[to].End - _runs[to].First;
            to++;
        }

        _runs.RemoveRange(from, to - from);
        _runs.Insert(from, (first, end));
        Count += end - first;
    }

    /// <summary>Adds all of another set.</summary>
    public void Add(SequenceSet other)
    {
        foreach (var (first, end) in other.Runs)
        {
            Add(first, end);
        }
    }

    /// <summary>Takes numbers out.</summary>
    /// <returns>How many of them were in it.</returns>
    public long Remove(long first, long end)
    {
        if (first >= end)
        {
            return 0;
        }

        var before = Count;
        for (var i = IndexOfEndAtOrAfter(first + 1); i < _runs.Count && _runs[i].First < end;)
        {
            var run = _runs[i];
            Count -= Math.Min(run.End, end) - Math.Max(run.First, first);
            if (run.First < first && run.End > end)
            {
                _runs[i] = (run.First, first);
                _runs.Insert(i + 1, (end, run.End));
                break;
            }

            if (run.First < first)
            {
                _runs[i++] = (run.First, first);
            }
            else if (run.End > end)
            {
                _runs[i] = (end, run.End);
                break;
            }
            else if (i == _start)
            {
                _start = ++i;
            }
            else
            {
                _runs.RemoveAt(i);
            }
        }

        Compact();
        return before - Count;
    }

    /// <summary>The parts of a range that are in the set.</summary>
    public IEnumerable<(long First, long End)> Within(long first, long end)
    {
        for (var i = IndexOfEndAtOrAfter(first + 1); first < end && i < _runs.Count && _runs[i].First < end; i++)
        {
            yield return (Math.Max(first, _runs[i].First), Math.Min(end, _runs[i].End));
        }
    }

    /// <summary>Whether any number of a range is in the set.</summary>
    public bool Overlaps(long first, long end)
    {
        var i = IndexOfEndAtOrAfter(first + 1);
        return first < end && i < _runs.Count && _runs[i].First < end;
    }

    /// <summary>Whether every number of a range is in the set.</summary>
    public bool Contains(long first, long end)
    {
        var i = IndexOfEndAtOrAfter(end);
        return i < _runs.Count && _runs[i].First <= first;
    }

    public void Clear()
    {
        _runs.Clear();
        _start = 0;
        Count = 0;
    }

    public override string ToString() => string.Join(", ", Runs.Select(run => run.End - run.First == 1 ? $"{run.First}" : $"{run.First}..{run.End - 1}"));

    private int IndexOfEndAtOrAfter(long end)
    {
        int low = _start, high = _runs.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].End < end)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Compact()
    {
        if (_start > 32 && _start > _runs.Count / 2)
        {
            _runs.RemoveRange(0, _start);
            _start = 0;
        }
    }
}
