using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Options of the <c>static</c> interceptor.</summary>
public sealed class StaticInterceptorOptions : ISetsHeaders
{
    /// <summary>Name of the header to set.</summary>
    [Option("key", Example = "datacenter"), MinLength(1)]
    public string Key { get; init; } = "key";

    /// <summary>Value of the header.</summary>
    [Option("value", IsFreeText = true, Example = "berlin")]
    public string Value { get; init; } = "value";

    /// <summary>Whether a header that is there stays as it is, whatever its value.</summary>
    [Option("preserveExisting")]
    public bool PreserveExisting { get; init; } = true;

    bool ISetsHeaders.MaySet(string header) => header == Key;
}
