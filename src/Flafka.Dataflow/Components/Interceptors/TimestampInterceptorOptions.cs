using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Options of the <c>timestamp</c> interceptor.</summary>
public sealed class TimestampInterceptorOptions : ISetsHeaders
{
    /// <summary>Name of the header to set.</summary>
    // Flume: its guide says 'header' in one place; the code never read that key.
    [Option("headerName"), MinLength(1)]
    public string HeaderName { get; init; } = "timestamp";

    /// <summary>Whether a header that is there stays as it is, whatever its value.</summary>
    [Option("preserveExisting")]
    public bool PreserveExisting { get; init; }

    bool ISetsHeaders.MaySet(string header) => header == HeaderName;
}
