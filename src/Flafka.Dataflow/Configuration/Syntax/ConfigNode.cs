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

    /// <summary>
    /// The items of a value that was written as a list (a JSON array, or a JSON object of named components); default when the value is text
    /// that its reader has to split. <see cref="Value"/> then has them joined with blanks.
    /// </summary>
    public ImmutableArray<string> Items { get; init; }

    /// <summary>The value as written, when placeholders were replaced in it: what messages show, because what came in their place may be secret.</summary>
    internal string? Written { get; init; }

    /// <summary>What to say about a placeholder that stayed in the value, unless something worse is said about the value.</summary>
    internal Diagnostic? Unresolved { get; init; }

    /// <summary>Whether the value depends on something that has an error of its own, so that nothing more can be said about it.</summary>
    internal bool IsUnknown { get; init; }

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

    /// <summary>The node at the end of a path of keys joined with dots, or <see langword="null"/>.</summary>
    public ConfigNode? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var node = this;
        foreach (var range in path.AsSpan().Split('.'))
        {
            node = node.Child(path[range]);
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>The nodes below that have a value, depth first, with their paths joined with dots.</summary>
    internal IEnumerable<(string Path, ConfigNode Node)> Leaves()
    {
        var open = new Stack<(string Path, ConfigNode Node)>();
        Push(string.Empty, Children);
        while (open.TryPop(out var next))
        {
            if (next.Node.Value is not null)
            {
                yield return next;
            }

            Push(next.Path + ".", next.Node.Children);
        }

        void Push(string prefix, ImmutableArray<ConfigNode> children)
        {
            for (var i = children.Length - 1; i >= 0; i--)
            {
                open.Push((prefix + children[i].Key, children[i]));
            }
        }
    }
}
