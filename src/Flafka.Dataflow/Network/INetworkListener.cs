namespace Flafka.Dataflow;

/// <summary>A port that clients connect to. Disposing it closes the port; connections live on.</summary>
public interface INetworkListener : IAsyncDisposable
{
    /// <summary>Where it listens, for example <c>127.0.0.1:44444</c>.</summary>
    string Address { get; }

    /// <summary>Waits for the next client. The caller owns the connection. For one waiter at a time.</summary>
    /// <exception cref="IOException">It failed, for example because the process has no file handle left; a later call may work.</exception>
    ValueTask<INetworkConnection> AcceptAsync(CancellationToken stopping);
}
