using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Web;

/// <summary>Options of the <c>http</c> source.</summary>
public sealed class HttpSourceOptions : IExclusiveResources, IListener, IValidatableObject
{
    private const string Tls = "TLS is not in this version";
    private const string Jetty = "it sets up the Java server that Flume uses";

    // Flume: all interfaces. Whoever reaches the port can put events in, so that has to be asked for.
    /// <summary>The address or host name to listen on: <c>0.0.0.0</c> means every interface. The default is this machine only; Flume's is every interface.</summary>
    [Option("bind")]
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes a free one, which the log names.</summary>
    [Option("port", Example = "8080"), Required, Range(0, 65535)]
    public int Port { get; init; }

    /// <summary>Makes events of requests. Its own keys stand below <c>handler.</c></summary>
    [Option("handler")]
    public ComponentChoice Handler { get; init; } = ComponentChoice.Of(ComponentKind.HttpHandler, "json");

    /// <summary>Largest body of a request, as it was sent and again when decompressed. A larger one is answered with 413.</summary>
    [Option("maxRequestBytes", Unit = "bytes"), Range(1, 1 << 30)]
    public int MaxRequestBytes { get; init; } = 32 << 20;

    /// <summary>Whether to speak TLS; only <c>false</c> in this version.</summary>
    [Option("ssl", Deprecated = ["enableSSL"])]
    public bool Ssl { get; init; }

    /// <summary>File with the key of the server.</summary>
    [Option("keystore", Ignored = Tls)]
    public string Keystore { get; init; } = string.Empty;

    /// <summary>Password of the key file.</summary>
    [Option("keystore-password", Secret = true, Deprecated = ["keystorePassword"], Ignored = Tls)]
    public string KeystorePassword { get; init; } = string.Empty;

    /// <summary>Format of the key file.</summary>
    [Option("keystore-type", Ignored = Tls)]
    public string KeystoreType { get; init; } = string.Empty;

    /// <summary>Protocols not to speak.</summary>
    [Option("exclude-protocols", Deprecated = ["excludeProtocols"], Ignored = Tls)]
    public string ExcludeProtocols { get; init; } = string.Empty;

    /// <summary>Protocols to speak.</summary>
    [Option("include-protocols", Ignored = Tls)]
    public string IncludeProtocols { get; init; } = string.Empty;

    /// <summary>Cipher suites not to use.</summary>
    [Option("exclude-cipher-suites", Ignored = Tls)]
    public string ExcludeCipherSuites { get; init; } = string.Empty;

    /// <summary>Cipher suites to use.</summary>
    [Option("include-cipher-suites", Ignored = Tls)]
    public string IncludeCipherSuites { get; init; } = string.Empty;

    /// <summary>Threads of the server.</summary>
    [Option("QueuedThreadPool.", Ignored = Jetty)]
    public ImmutableDictionary<string, string> ThreadPool { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Protocol settings of the server.</summary>
    [Option("HttpConfiguration.", Ignored = Jetty)]
    public ImmutableDictionary<string, string> Protocol { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Connections of the server.</summary>
    [Option("ServerConnector.", Ignored = Jetty)]
    public ImmutableDictionary<string, string> Connector { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>TLS settings of the server.</summary>
    [Option("SslContextFactory.", Ignored = Jetty)]
    public ImmutableDictionary<string, string> TlsContext { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public IEnumerable<string> Resources => [$"tcp:{Bind}:{Port}"];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Ssl)
        {
            yield return new ValidationResult(
                $"{Tls}; let a proxy in front of this source end TLS, keep bind on an address that only the proxy reaches, and set ssl = false", [nameof(Ssl)]);
        }
    }
}
