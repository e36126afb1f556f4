using System.Collections.Immutable;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Writes files to which appending costs much whatever its size: events gather while an append is under way, and the next one takes them all.</summary>
/// <remarks>Events are added by one caller while one append runs beside it.</remarks>
/// <inheritdoc cref="BucketWriter" path="/param"/>
internal sealed class GatheringWriter(string key, string directory, string prefix, BucketEnvironment shared, FileFinisher finisher)
    : GrowingFileWriter(key, directory, prefix, shared, finisher)
{
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly Lock _sync = new();
    private readonly Queue<(Lease Lease, int Place)> _gathered = new();

    /// <summary>Whether an append is under way or will be; guarded by the owner.</summary>
    public bool IsQueued { get; set; }

    public bool HasGathered
    {
        get
        {
            lock (_sync)
            {
                return _gathered.Count > 0;
            }
        }
    }

    /// <summary>Takes the noted events over.</summary>
    public void Gather(Lease lease)
    {
        lock (_sync)
        {
            foreach (var place in Pending.Span)
            {
                _gathered.Enqueue((lease, place));
            }
        }

        Clear();
    }

    /// <summary>Appends what has gathered and settles it. After a failure all that has gathered goes back, so that the order stays.</summary>
    /// <param name="most">Most events at a time.</param>
    /// <param name="abort">Cancels.</param>
    public async Task AppendAsync(int most, CancellationToken abort)
    {
        RollIfDue();
        var (events, owners) = Take(most);
        var places = new int[events.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        var committed = await WriteAsync(events, places, abort);
        Settle(owners.AsSpan(0, committed), null);
        if (Failure is { } failure)
        {
            lock (_sync)
            {
                owners = [.. owners.AsSpan(committed), .. _gathered];
                _gathered.Clear();
            }

            Settle(owners, failure);
        }
    }

    private (ImmutableArray<FlumeEvent> Events, (Lease Lease, int Place)[] Owners) Take(int most)
    {
        lock (_sync)
        {
            var count = Math.Min(most, _gathered.Count);
            var events = ImmutableArray.CreateBuilder<FlumeEvent>(count);
            var owners = new List<(Lease Lease, int Place)>(count);
            for (var bytes = 0L; owners.Count < count && bytes < MostBytes;)
            {
                var owner = _gathered.Dequeue();
                var flumeEvent = owner.Lease.Events[owner.Place];
                bytes += flumeEvent.Body.Length;
                events.Add(flumeEvent);
                owners.Add(owner);
            }

            return (events.ToImmutable(), [.. owners]);
        }
    }

    // A run of events of one lease at a time.
    private static void Settle(ReadOnlySpan<(Lease Lease, int Place)> owners, Exception? failure)
    {
        var held = new HeldEvents();
        while (!owners.IsEmpty)
        {
            var lease = owners[0].Lease;
            var count = 1;
            while (count < owners.Length && owners[count].Lease == lease)
            {
                count++;
            }

            var places = new int[count];
            for (var i = 0; i < count; i++)
            {
                places[i] = owners[i].Place;
            }

            held.Add(lease, places);
            owners = owners[count..];
        }

        if (failure is null)
        {
            held.Commit();
        }
        else
        {
            held.Rollback(failure);
        }
    }
}
