namespace Flafka.Dataflow;

/// <summary>The counters of one component. Thread-safe.</summary>
/// <param name="id">Whose they are.</param>
public sealed class ComponentCounters(ComponentId id)
{
    private static readonly int Length = Enum.GetValues<FlumeCounter>().Length;

    // A cache line each: the thread that puts and the thread that takes count in the same component.
    private const int Stride = 64 / sizeof(long);

    private readonly long[] _values = new long[(Length + 1) * Stride];

    /// <summary>Whose they are.</summary>
    public ComponentId Id { get; } = id;

    /// <summary>What a counter shows.</summary>
    public long this[FlumeCounter counter] => Volatile.Read(ref Slot(counter));

    /// <summary>Adds to a counter.</summary>
    public void Add(FlumeCounter counter, long amount = 1) => Interlocked.Add(ref Slot(counter), amount);

    private ref long Slot(FlumeCounter counter) => ref _values[((int)counter + 1) * Stride];
}
