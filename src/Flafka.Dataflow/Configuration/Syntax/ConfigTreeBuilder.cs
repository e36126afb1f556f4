using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Grows a tree from keys and values in the order in which they were written.</summary>
internal sealed class ConfigTreeBuilder(string origin, DiagnosticBag diagnostics)
{
    // Deeper keys exist only in broken text; what is left of such a key stays together in its last part, so no path changes.
    private const int MaxDepth = 64;

    // Agent, family and component name are trimmed, as in Flume; a header value in a selector's mapping is not.
    private const int NamedDepth = 3;

    private readonly MutableNode _root = new(string.Empty, new SourceSpan(origin, 1, 1), null);

    public MutableNode Root => _root;

    /// <summary>The node at the end of a key, which is split at dots; made when it is not there.</summary>
    /// <param name="parent">Where the key starts.</param>
    /// <param name="key">One part or several.</param>
    /// <param name="spanAt">The place of each character of the key.</param>
    public static MutableNode Descend(MutableNode parent, string key, Func<int, SourceSpan> spanAt)
    {
        var node = parent;
        var start = 0;
        while (true)
        {
            var dot = node.Depth + 1 >= MaxDepth ? -1 : key.IndexOf('.', start);
            var end = dot < 0 ? key.Length : dot;
            var part = key[start..end];
            node = node.Child(node.Depth < NamedDepth ? Trim(part) : part, spanAt(start));
            if (dot < 0)
            {
                return node;
            }

            start = dot + 1;
        }
    }

    /// <summary>Gives a node its value. The last of several wins.</summary>
    public void Set(MutableNode node, string value, ImmutableArray<string> items, SourceSpan span)
    {
        if (node.Path.StartsWith('.'))
        {
            diagnostics.Add(
                Codes.EmptyKeyPart, node.Path, node.LastKeySpan, "the key starts with a dot, so it names no agent",
                "Write AGENT.sources.NAME.KEY = VALUE.");
            return;
        }

        if (node.Value is { } earlier)
        {
            var equal = string.Equals(earlier, value, StringComparison.Ordinal);
            diagnostics.Add(
                equal ? Codes.KeyTwiceEqual : Codes.KeyTwiceDifferent, node.Path, node.LastKeySpan,
                equal ? "the key is given twice" : "the key is given twice with different values",
                $"Remove one of the two; the other stands at {node.ValueSpan}.");
        }

        node.Value = value;
        node.Items = items;
        node.ValueSpan = span;
    }

    /// <summary>Reports a value that counts as not given.</summary>
    public void SkipEmpty(MutableNode node, bool isBlank) => diagnostics.Add(
        Codes.EmptyValue, node.Path, node.LastKeySpan,
        isBlank
            ? "the value is only white space, which is cut off at both ends, so the key counts as not given"
            : "the value is empty, so the key counts as not given",
        "Remove the line, or give a value.");

    public ConfigNode Build() => _root.Build();

    /// <summary>Cuts off what Flume cuts off keys and values: characters up to U+0020, nothing else.</summary>
    public static string Trim(string text)
    {
        var (start, end) = Trimmed(text);
        return start == 0 && end == text.Length ? text : text[start..end];
    }

    /// <summary>What is left of a text when that is cut off.</summary>
    public static (int Start, int End) Trimmed(string text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        return (start, end);
    }

    internal sealed class MutableNode(string key, SourceSpan span, MutableNode? parent)
    {
        private readonly SourceSpan _span = span;
        private readonly List<MutableNode> _children = [];
        private readonly Dictionary<string, MutableNode> _index = new(StringComparer.Ordinal);

        public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

        public string? Value { get; set; }

        public ImmutableArray<string> Items { get; set; }

        public SourceSpan ValueSpan { get; set; } = span;

        public SourceSpan LastKeySpan { get; private set; } = span;

        public IReadOnlyList<MutableNode> Children => _children;

        public string Key => key;

        public string Path => parent is null || parent.Depth == 0 ? key : $"{parent.Path}.{key}";

        public MutableNode Child(string name, SourceSpan at)
        {
            if (_index.TryGetValue(name, out var child))
            {
                child.LastKeySpan = at;
                return child;
            }

            child = new MutableNode(name, at, this);
            _index.Add(name, child);
            _children.Add(child);
            return child;
        }

        // A node is left out when nothing below it has a value: an empty value counts as not given.
        public ConfigNode Build() => new(key, Value, _span, [.. _children.Where(child => !child.IsEmpty).Select(child => child.Build())])
        {
            ValueSpan = ValueSpan,
            Items = Items,
        };

        private bool IsEmpty => Value is null && _children.TrueForAll(child => child.IsEmpty);
    }
}
