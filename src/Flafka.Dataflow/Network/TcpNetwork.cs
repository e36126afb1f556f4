using System.Net;
using System.Net.Sockets;

namespace Flafka.Dataflow;

/// <summary>The network of the machine. Sockets complete where the caller awaits them, on the graph's scheduler.</summary>
internal sealed class TcpNetwork(AgentRuntime runtime) : INetwork
{
    private const int Backlog = 512;

    public async Task<INetworkListener> ListenAsync(string host, int port, CancellationToken abort)
    {
        var address = await ResolveAsync(host, abort);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No ReuseAddress: on Unix the framework makes it share the port, and a second listener would take half of the clients unnoticed.
            // A port whose last connections are being forgotten can be taken again without it.
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return new Listener(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new DeliveryException(
                failure.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"FLK6302: port {port} on {host} is in use by another process; end that, or give this source another port. Clients are refused until then."
                    : $"cannot listen on port {port} on {host}: {failure.Message}",
                failure);
        }
    }

    private async Task<IPAddress> ResolveAsync(string host, CancellationToken abort)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return address;
        }

        try
        {
            var found = await runtime.External(() => Dns.GetHostAddressesAsync(host, abort));
            return Array.Find(found, item => item.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (SocketException failure)
        {
            throw new DeliveryException($"the host name '{host}' of the key 'bind' has no address: {failure.Message}", failure);
        }
    }

    private sealed class Listener(Socket socket) : INetworkListener
    {
        public string Address { get; } = $"{socket.LocalEndPoint}";

        public async ValueTask<INetworkConnection> AcceptAsync(CancellationToken stopping)
        {
            try
            {
                var client = await socket.AcceptAsync(stopping);
                client.NoDelay = true;
                return new Connection(client);
            }
            catch (SocketException failure)
            {
                throw new IOException(failure.Message, failure);
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Connection(Socket socket) : INetworkConnection
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        public string Remote { get; } = $"{socket.RemoteEndPoint}";

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => _stream.ReadAsync(buffer, cancel);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => _stream.WriteAsync(bytes, cancel);

        public ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
