namespace Flafka.Dataflow;

/// <summary>Turns the bytes of one file into events. One instance per file; one call at a time.</summary>
/// <remarks>Disposing ends reads under way; the file itself belongs to the caller, who closes it afterwards.</remarks>
public interface IEventDeserializer : IAsyncDisposable
{
    /// <summary>Begins, once, before the first read.</summary>
    /// <param name="input">The file and how to read it.</param>
    /// <param name="position">0, or the position that came with events read by an earlier instance.</param>
    /// <param name="abort">Cancels.</param>
    /// <exception cref="EventReadException">The file is not of this format.</exception>
    ValueTask OpenAsync(DeserializerInput input, long position, CancellationToken abort);

    /// <summary>Reads the next events: as many as asked for, unless the file ends or cannot be read further.</summary>
    /// <returns>The events and the position behind them; no events at the end of the file.</returns>
    /// <exception cref="EventReadException">What comes next cannot be read. Everything before it has been returned.</exception>
    ValueTask<DeserializedEvents> ReadAsync(int maxEvents, CancellationToken abort);
}
