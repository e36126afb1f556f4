namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Events of several leases that are settled together. Not thread-safe.</summary>
internal sealed class HeldEvents
{
    private readonly List<(Lease Lease, int[] Places)> _parts = [];

    public int Count { get; private set; }

    /// <summary>Whether some were taken back meanwhile, so that they may be written elsewhere by now.</summary>
    public bool AreTakenAway => _parts.Exists(static part => part.Lease.IsSettled);

    /// <summary>Adds events.</summary>
    /// <param name="lease">Whose they are.</param>
    /// <param name="places">Their places in it.</param>
    public void Add(Lease lease, int[] places)
    {
        if (places.Length > 0)
        {
            _parts.Add((lease, places));
            Count += places.Length;
        }
    }

    /// <summary>Commits all.</summary>
    public void Commit() => Settle(static (lease, places, _) => lease.Commit(places), null);

    /// <summary>Gives all back.</summary>
    public void Rollback(Exception reason) => Settle(static (lease, places, reason) => lease.Rollback(places, reason!), reason);

    private void Settle(Action<Lease, int[], Exception?> settle, Exception? reason)
    {
        foreach (var (lease, places) in _parts)
        {
            if (!lease.IsSettled)
            {
                settle(lease, places, reason);
            }
        }

        _parts.Clear();
        Count = 0;
    }
}
