namespace Flafka.Dataflow;

/// <summary>Implemented by options of sink processors that rank the sinks of their group.</summary>
public interface ISinkPriorities
{
    /// <summary>The key that ranks a sink, below <c>processor.</c>; the sink; its rank.</summary>
    IEnumerable<(string Key, string Sink, int Priority)> Priorities { get; }
}
