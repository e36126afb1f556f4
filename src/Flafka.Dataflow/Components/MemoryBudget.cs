namespace Flafka.Dataflow;

/// <summary>How much memory one channel may fill when its configuration does not say.</summary>
/// <param name="BytesPerChannel">Bytes of event bodies.</param>
public sealed record MemoryBudget(long BytesPerChannel)
{
    /// <summary>An equal share, for each of so many memory channels, of half the memory that the process may use.</summary>
    public static MemoryBudget For(int memoryChannels) => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / Math.Max(1, memoryChannels));
}
