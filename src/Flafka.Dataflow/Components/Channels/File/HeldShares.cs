namespace Flafka.Dataflow.Components.Channels;

/// <summary>End to end: the shares of stored batches, each open until all its events are committed. Guarded by the log's lock.</summary>
internal sealed class HeldShares
{
    private readonly List<Held> _held = []; // by number

    public void Add(long first, long end, Receipt share) => _held.Add(new Held(first, end, share) { Open = end - first });

    /// <summary>Events are committed.</summary>
    /// <returns>The shares that can be settled now; <see langword="null"/> when there is none.</returns>
    public List<Receipt>? Release(long first, long end)
    {
        List<Receipt>? settled = null;
        for (var i = 0; i < _held.Count && _held[i].First < end; i++)
        {
            var held = _held[i];
            held.Open -= Math.Max(0, Math.Min(end, held.End) - Math.Max(first, held.First));
            if (held.Open == 0)
            {
                _held.RemoveAt(i--);
                (settled ??= []).Add(held.Share);
            }
        }

        return settled;
    }

    public List<Receipt> TakeAll()
    {
        List<Receipt> shares = [.. _held.Select(static held => held.Share)];
        _held.Clear();
        return shares;
    }

    private sealed record Held(long First, long End, Receipt Share)
    {
        public long Open { get; set; }
    }
}
