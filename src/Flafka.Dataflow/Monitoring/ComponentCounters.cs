namespace Flafka.Dataflow;

/// <summary>The counters of one component. Thread-safe.</summary>
/// <param name="id">Whose they are.</param>
public sealed class ComponentCounters(ComponentId id)
{
    private static readonly int Length = Enum.GetValues<FlumeCounter>().Length;

    private readonly long[] _values = new long[Length];

    /// <summary>Whose they are.</summary>
    public ComponentId Id { get; } = id;

    /// <summary>What a counter shows.</summary>
    public long this[FlumeCounter counter] => Volatile.Read(ref _values[(int)counter]);

    /// <summary>Adds to a counter.</summary>
    public void Add(FlumeCounter counter, long amount = 1) => Interlocked.Add(ref _values[(int)counter], amount);
}
