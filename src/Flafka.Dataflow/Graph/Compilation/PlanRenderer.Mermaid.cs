using System.Globalization;
using System.Text;

namespace Flafka.Dataflow;

/// <content>For Mermaid, which many pages of documentation show as a picture.</content>
internal static partial class PlanRenderer
{
    /// <summary>A picture in the language of Mermaid: channels are drums, dotted arrows lead to optional channels.</summary>
    public static string Mermaid(GraphPlan plan)
    {
        var text = new StringBuilder("flowchart LR\n");
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in plan.Nodes)
        {
            // Names of a configuration may hold anything, ids of Mermaid may not.
            ids[node.Id] = string.Create(CultureInfo.InvariantCulture, $"n{ids.Count}");
            var label = string.Join("<br/>", Labels(node).Select(AsEntities));
            text.Append("  ").Append(ids[node.Id]).Append(node is ChannelNode ? $"[(\"{label}\")]\n" : $"[\"{label}\"]\n");
        }

        foreach (var edge in plan.Edges)
        {
            var label = EdgeLabel(plan, edge) is { Length: > 0 } words ? $"|\"{AsEntities(words)}\"| " : string.Empty;
            text.Append("  ").Append(ids[edge.From]).Append(edge.Kind == EdgeKind.Optional ? " -.->" : " -->").Append(label.Length == 0 ? " " : label).Append(ids[edge.To]).Append('\n');
        }

        return text.ToString();
    }

    private static string AsEntities(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in OneLine.Escape(text))
        {
            _ = c is '"' or '#' or '&' or '<' or '>' or '`' or ';' ? result.Append('#').Append((int)c).Append(';') : result.Append(c);
        }

        return result.ToString();
    }
}
