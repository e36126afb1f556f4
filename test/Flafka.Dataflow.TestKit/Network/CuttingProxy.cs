using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flafka.Dataflow.TestKit;

/// <summary>Where a connection is cut.</summary>
public enum Cut
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>The server never sees the request.</summary>
    BeforeRequest,

    /// <summary>The server has done what it was asked, and the client does not hear of it.</summary>
    BeforeAnswer,
}

/// <summary>Stands before an HTTP server on this machine and cuts connections at requests that a test names. For requests without a body.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private const int MostHeadBytes = 64 << 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _port;
    private readonly Func<string, Cut> _cutAt;
    private readonly Task _accepting;

    /// <param name="port">The port of the server.</param>
    /// <param name="cutAt">Gets the first line of each request; asked by several threads.</param>
    public CuttingProxy(int port, Func<string, Cut> cutAt)
    {
        (_port, _cutAt) = (port, cutAt);
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Cuts every connection; nobody listens afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        using (_stopping.Token.UnsafeRegister(_ => client.Close(), null))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stopping.Token);
                await RelayAsync(client, server);
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of the ends is gone; the other one goes with it.
            }
        }
    }

    private async Task RelayAsync(TcpClient client, TcpClient server)
    {
        var (near, far) = (client.GetStream(), server.GetStream());
        var cut = Cut.None;
        var answers = RelayAnswersAsync();
        while (await ReadHeadAsync(near) is { } head)
        {
            cut = _cutAt(head[..head.IndexOf('\r', StringComparison.Ordinal)]);
            if (cut == Cut.BeforeRequest)
            {
                break;
            }

            await far.WriteAsync(Encoding.Latin1.GetBytes(head));
        }

        client.Close();
        server.Close();
        await answers;

        // A client sends its next request when it has the whole answer: what comes belongs to the request at hand.
        async Task RelayAnswersAsync()
        {
            var buffer = new byte[16 << 10];
            while (await far.ReadAsync(buffer) is > 0 and var count && cut == Cut.None)
            {
                await near.WriteAsync(buffer.AsMemory(0, count));
            }

            client.Close();
        }
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new byte[MostHeadBytes];
        for (var length = 0; length < head.Length;)
        {
            var read = await stream.ReadAsync(head.AsMemory(length));
            if (read == 0)
            {
                return null;
            }

            length += read;
            if (head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                return Encoding.Latin1.GetString(head, 0, length);
            }
        }

        throw new IOException("The head of a request is too long.");
    }
}
