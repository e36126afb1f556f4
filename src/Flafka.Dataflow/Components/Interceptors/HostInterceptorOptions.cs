using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Options of the <c>host</c> interceptor.</summary>
public sealed class HostInterceptorOptions : ISetsHeaders
{
    /// <summary>Name of the header to set.</summary>
    [Option("hostHeader"), MinLength(1)]
    public string HostHeader { get; init; } = "host";

    /// <summary>True: the address of this machine. False: its full name.</summary>
    [Option("useIP")]
    public bool UseIP { get; init; } = true;

    /// <summary>Whether a header that is there stays as it is, whatever its value.</summary>
    [Option("preserveExisting")]
    public bool PreserveExisting { get; init; }

    bool ISetsHeaders.MaySet(string header) => header == HostHeader;
}
