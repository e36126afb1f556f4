namespace Flafka.Dataflow;

/// <summary>A connection to a client. Disposing it closes it; what was written before still goes out.</summary>
public interface INetworkConnection : IAsyncDisposable
{
    /// <summary>Who is at the other end, for example <c>10.0.0.1:54321</c>.</summary>
    string Remote { get; }

    /// <summary>Reads what is there, at least one byte.</summary>
    /// <returns>How many bytes; 0 when the other end has closed.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Writes all of it; waits while the other end does not read.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);
}
