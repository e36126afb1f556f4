namespace Flafka.Dataflow;

/// <summary>Implemented by options of components that need something for themselves alone: a port, a directory.</summary>
public interface IExclusiveResources
{
    /// <summary>Names such as <c>tcp:127.0.0.1:44444</c> or <c>dir:/data/c1</c>; two components of a process with an equal one are an error.</summary>
    IEnumerable<string> Resources { get; }
}
