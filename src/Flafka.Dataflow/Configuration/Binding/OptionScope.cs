namespace Flafka.Dataflow;

/// <summary>The keys of one component: where they stand, and their values.</summary>
/// <param name="Path">What stands before each key, for example <c>a1.sinks.k1</c>.</param>
/// <param name="Span">Where the component was written first.</param>
/// <param name="Keys">The keys with their nodes, in the order of the text.</param>
internal sealed record OptionScope(string Path, SourceSpan Span, IReadOnlyList<(string Key, ConfigNode Node)> Keys)
{
    public string PathOf(string key) => key.Length == 0 ? Path : $"{Path}.{key}";
}
