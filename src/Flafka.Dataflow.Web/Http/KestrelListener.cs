using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Flafka.Dataflow.Web;

/// <summary>
/// The server alone: no host around it that would read configuration files and environment variables, listen to signals or write to the console.
/// </summary>
internal sealed class KestrelListener(HttpSourceOptions options, Func<HttpContext, Task> answer) : IAsyncDisposable
{
    private const long ReadAndDropped = 16 << 20;

    private KestrelServer? _server;

    /// <summary>Where it listens.</summary>
    public Uri? Address { get; private set; }

    /// <exception cref="DeliveryException">It cannot listen there; the message says why.</exception>
    public async Task StartAsync(CancellationToken abort)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        // What is a little larger than allowed is read and thrown away: a client whose connection broke while it sends would not see its answer.
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes + ReadAndDropped;
        kestrel.Listen(await ResolveAsync(abort), options.Port, static listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(kestrel), transport, NullLoggerFactory.Instance);
        try
        {
            await _server.StartAsync(new Application(answer), abort);
        }
        catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
        {
            throw new DeliveryException(
                $"FLK6302: port {options.Port} on {options.Bind} is in use by another process; end that, or give this source another port. Clients are refused until then.", inUse);
        }
        catch (SocketException failure)
        {
            throw new DeliveryException($"cannot listen on port {options.Port} on {options.Bind}: {failure.Message}", failure);
        }

        Address = new Uri(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Listens no more, lets answers under way go out, and cuts off what is left when the token fires.</summary>
    public Task StopAsync(CancellationToken limit) => _server?.StopAsync(limit) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IPAddress> ResolveAsync(CancellationToken abort)
    {
        if (IPAddress.TryParse(options.Bind.Trim('[', ']'), out var address))
        {
            return address;
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(options.Bind, abort);
            return Array.Find(found, item => item.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (SocketException failure)
        {
            throw new DeliveryException($"the host name '{options.Bind}' of the key 'bind' has no address: {failure.Message}", failure);
        }
    }

    private sealed class Application(Func<HttpContext, Task> answer) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => answer(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
