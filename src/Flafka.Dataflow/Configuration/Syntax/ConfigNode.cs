using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>
/// One node of a configuration: ordered, case-sensitive, positioned. A node may have both a value and children
/// (<c>kafka.topics</c> and <c>kafka.topics.regex</c>).
/// </summary>
/// <param name="Key">The part of the key between two dots.</param>
/// <param name="Value">The text of the value; <see langword="null"/> for a node that only has children.</param>
/// <param name="Span">Where the key was written first.</param>
/// <param name="Children">The nodes below, in the order of their first appearance.</param>
public sealed record ConfigNode(string Key, string? Value, SourceSpan Span, ImmutableArray<ConfigNode> Children)
{
    /// <summary>Where the value was written; equal to <see cref="Span"/> when only the key's place is known.</summary>
    public SourceSpan ValueSpan { get; init; } = Span;

    /// <summary>The child of this key, or <see langword="null"/>.</summary>
    public ConfigNode? Child(string key)
    {
        foreach (var child in Children)
        {
            if (string.Equals(child.Key, key, StringComparison.Ordinal))
            {
                return child;
            }
        }

        return null;
    }
}
