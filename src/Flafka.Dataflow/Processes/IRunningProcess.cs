namespace Flafka.Dataflow;

/// <summary>A program that was started. Disposing it kills it and every program it started, and waits a moment for its end.</summary>
public interface IRunningProcess : IAsyncDisposable
{
    /// <summary>The number that the operating system gave it.</summary>
    int Id { get; }

    /// <summary>Reads what it wrote to its standard output, at least one byte. For one reader at a time.</summary>
    /// <returns>How many bytes; 0 when nobody will write any more, or the process was disposed of.</returns>
    Task<int> ReadOutputAsync(Memory<byte> buffer);

    /// <summary>The same for its standard error.</summary>
    Task<int> ReadErrorsAsync(Memory<byte> buffer);

    /// <summary>Waits for its end, and not for programs that it left behind.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> WaitForExitAsync();
}
