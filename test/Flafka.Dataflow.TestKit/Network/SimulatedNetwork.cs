namespace Flafka.Dataflow.TestKit;

/// <summary>A network in memory with one listener at a time. A connection holds a limited number of bytes in each direction, like the buffers of a socket.</summary>
public sealed class SimulatedNetwork(int bufferBytes = 64 << 10) : INetwork
{
    private Listener? _listener;
    private int _clients;

    /// <summary>What the next calls to listen fail with.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether somebody listens.</summary>
    public bool IsOpen => _listener is not null;

    /// <summary>What the next accept fails with; then it works again.</summary>
    public string? AcceptFailure { get; set; }

    public async Task<INetworkListener> ListenAsync(string host, int port, CancellationToken abort)
    {
        await Task.Yield();
        if (Failure is { } failure)
        {
            throw new DeliveryException(failure);
        }

        return _listener is null ? _listener = new Listener(this, $"{host}:{port}") : throw new InvalidOperationException("Somebody listens already.");
    }

    /// <summary>Connects to the listener.</summary>
    /// <returns>The client's end.</returns>
    public INetworkConnection Connect()
    {
        var (there, back) = (new SimulatedPipe(bufferBytes), new SimulatedPipe(bufferBytes));
        var remote = $"client:{++_clients}";
        (_listener ?? throw new IOException("connection refused")).Add(new Connection(remote, there, back));
        return new Connection(_listener.Address, back, there);
    }

    private sealed class Listener(SimulatedNetwork network, string address) : INetworkListener
    {
        private readonly Queue<INetworkConnection> _waiting = new();
        private readonly AsyncSignal _arrived = new();

        public string Address => address;

        public void Add(INetworkConnection connection)
        {
            _waiting.Enqueue(connection);
            _arrived.Set();
        }

        public async ValueTask<INetworkConnection> AcceptAsync(CancellationToken stopping)
        {
            while (_waiting.Count == 0)
            {
                await _arrived.WaitAsync(stopping);
            }

            if (network.AcceptFailure is { } failure)
            {
                network.AcceptFailure = null;
                throw new IOException(failure);
            }

            return _waiting.Dequeue();
        }

        public async ValueTask DisposeAsync()
        {
            network._listener = null;
            while (_waiting.TryDequeue(out var connection))
            {
                await connection.DisposeAsync();
            }
        }
    }

    private sealed class Connection(string remote, SimulatedPipe input, SimulatedPipe output) : INetworkConnection
    {
        public string Remote => remote;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => input.ReadAsync(buffer, cancel);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => output.WriteAsync(bytes, cancel);

        public ValueTask DisposeAsync()
        {
            output.End();
            input.Abandon();
            return ValueTask.CompletedTask;
        }
    }
}
