using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>One interceptor of a source in a <see cref="FlafkaGraph"/>. A text stands for a type without keys: <c>["timestamp"]</c>.</summary>
public sealed class InterceptorUse
{
    private readonly string _type;
    private readonly Type? _class;

    private InterceptorUse(string type, Type? implementation, IEnumerable<(string Key, string Value)> options) =>
        (_type, _class, Options) = (type, implementation, [.. options]);

    /// <summary>Its keys.</summary>
    internal ImmutableArray<(string Key, string Value)> Options { get; }

    /// <summary>An interceptor of a known type.</summary>
    /// <param name="type">Alias or class name, as in a file.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public static InterceptorUse Of(string type, params (string Key, string Value)[] options)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(options);
        return new InterceptorUse(type, null, options);
    }

    /// <summary>An interceptor of a user's own class, or of any other.</summary>
    /// <typeparam name="T">The class; its constructor may ask for its options, a logger and services.</typeparam>
    /// <param name="options">Its keys, as in a file.</param>
    public static InterceptorUse Of<T>(params (string Key, string Value)[] options)
        where T : class, IInterceptor
    {
        ArgumentNullException.ThrowIfNull(options);
        return new InterceptorUse(typeof(T).FullName!, typeof(T), options);
    }

    /// <summary>The same as <see cref="Of(string, ValueTuple{string, string}[])"/> without keys.</summary>
    public static implicit operator InterceptorUse(string type) => Of(type);

    /// <summary>How the tree of a graph names its type.</summary>
    internal string TypeIn(FlafkaGraph graph) => _class is null ? _type : graph.Class(ComponentKind.Interceptor, _class);
}
