using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Sets a header to the address or the name of this machine, looked up once at the start.</summary>
[Interceptor("host", JavaClass = "org.apache.flume.interceptor.HostInterceptor$Builder")]
public sealed partial class HostInterceptor : IInterceptor
{
    private readonly HostInterceptorOptions _options;
    private readonly AgentRuntime _runtime;
    private readonly ILogger _logger;
    private readonly Func<string> _lookUp;
    private readonly HeaderRewriter _headers;
    private string? _host;

    /// <summary>An interceptor that asks the machine's resolver.</summary>
    public HostInterceptor(HostInterceptorOptions options, AgentRuntime runtime, ILogger<HostInterceptor> logger)
        : this(options, runtime, logger, options?.UseIP == false ? LookUpName : LookUpAddress)
    {
    }

    internal HostInterceptor(HostInterceptorOptions options, AgentRuntime runtime, ILogger<HostInterceptor> logger, Func<string> lookUp)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _runtime = runtime;
        _logger = logger;
        _lookUp = lookUp;
        _headers = new HeaderRewriter(
            headers => options.PreserveExisting && headers.Contains(options.HostHeader) ? headers : headers.Set(options.HostHeader, _host!));
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        _headers.Forget();
        try
        {
            _host = await _runtime.External(_lookUp);
        }
        catch (SocketException failure)
        {
            // Flume-compatible: the source runs all the same.
            _host = null;
            HostUnknown(failure, _options.HostHeader);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
        new(_host is null ? events : _headers.Apply(events));

    // Java prefers the first IPv4 address of the local host's name; on some systems that is 127.0.1.1.
    private static string LookUpAddress()
    {
        var addresses = Dns.GetHostAddresses(Dns.GetHostName());
        var address = Array.Find(addresses, static address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
        return address?.ToString() ?? throw new SocketException((int)SocketError.NoData);
    }

    private static string LookUpName() => Dns.GetHostEntry(Dns.GetHostName()).HostName;

    [LoggerMessage(EventIds.HostUnknown, LogLevel.Warning, "This machine's own host name cannot be resolved: the header {Header} is not set until the source is started again.")]
    private partial void HostUnknown(Exception failure, string header);
}
