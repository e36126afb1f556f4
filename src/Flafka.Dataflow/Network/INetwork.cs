namespace Flafka.Dataflow;

/// <summary>TCP as the core sees it. Tests put one in its place that lives in memory.</summary>
/// <remarks>Thread-safe. Errors are <see cref="IOException"/>; what they say is for people.</remarks>
public interface INetwork
{
    /// <summary>Begins to listen.</summary>
    /// <param name="host">Address or name; <c>0.0.0.0</c> and <c>::</c> mean every interface.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="abort">Cancels the search for the address of a name.</param>
    /// <exception cref="DeliveryException">Nobody can listen there; the message says why.</exception>
    Task<INetworkListener> ListenAsync(string host, int port, CancellationToken abort);
}
