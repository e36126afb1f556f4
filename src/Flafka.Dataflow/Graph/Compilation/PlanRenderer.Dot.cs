using System.Text;

namespace Flafka.Dataflow;

/// <content>For Graphviz.</content>
internal static partial class PlanRenderer
{
    /// <summary>A picture in the language of Graphviz: channels are drums, dashed arrows lead to optional channels.</summary>
    public static string Dot(GraphPlan plan)
    {
        var text = new StringBuilder();
        text.Append("digraph ").Append(Quoted(plan.Agent)).Append(" {\n");
        text.Append("  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n");
        foreach (var node in plan.Nodes)
        {
            text.Append("  ").Append(Quoted(node.Id)).Append(" [label=\"").AppendJoin("\\n", Labels(node).Select(InQuotes)).Append('"');
            text.Append(node is ChannelNode ? ", shape=cylinder];\n" : "];\n");
        }

        foreach (var edge in plan.Edges)
        {
            var marks = new List<string>();
            if (EdgeLabel(plan, edge) is { Length: > 0 } label)
            {
                marks.Add($"label={Quoted(label)}");
            }

            if (edge.Kind == EdgeKind.Optional)
            {
                marks.Add("style=dashed");
            }

            text.Append("  ").Append(Quoted(edge.From)).Append(" -> ").Append(Quoted(edge.To));
            text.Append(marks.Count == 0 ? ";\n" : $" [{string.Join(", ", marks)}];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Quoted(string text) => $"\"{InQuotes(text)}\"";

    private static string InQuotes(string text) =>
        OneLine.Escape(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
