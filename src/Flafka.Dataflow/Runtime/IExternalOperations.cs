namespace Flafka.Dataflow;

/// <summary>Implemented by a scheduler that wants to know what leaves it, such as the simulator.</summary>
public interface IExternalOperations
{
    /// <summary>Runs the operation elsewhere and completes the result on this scheduler, in the order in which operations were started.</summary>
    Task<T> Run<T>(Func<Task<T>> operation);
}
