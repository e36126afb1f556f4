namespace Flafka.Dataflow;

/// <summary>
/// Implemented by options of sources and interceptors that know which headers they set. Of those that do not implement it, nothing is known:
/// they may set any.
/// </summary>
public interface ISetsHeaders
{
    /// <summary>Whether events may get this header here.</summary>
    bool MaySet(string header);
}
