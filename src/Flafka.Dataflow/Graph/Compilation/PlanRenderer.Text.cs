using System.Globalization;
using System.Text;

namespace Flafka.Dataflow;

/// <content>For people, as indented text.</content>
internal static partial class PlanRenderer
{
    /// <summary>Components with the options that differ from their defaults, edges, and the guarantee of every path.</summary>
    public static string Text(GraphPlan plan)
    {
        var text = new StringBuilder();
        text.Append("agent ").Append(plan.Agent).Append('\n');
        foreach (var node in plan.Nodes)
        {
            switch (node)
            {
                case IngressNode ingress:
                    Append(text, plan, ingress);
                    break;
                case ChannelNode channel:
                    Append(text, 1, $"channel {channel.Channel.Definition.Id.Name}", channel.Channel, null);
                    break;
                case EgressNode egress:
                    Append(text, plan, egress);
                    break;
            }
        }

        var guarantees = Guarantees.Of(plan);
        if (!guarantees.IsEmpty)
        {
            text.Append("guarantees\n");
        }

        foreach (var path in guarantees)
        {
            Line(text, 1, path.Path);
            Line(text, 2, path.Text);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, GraphPlan plan, IngressNode ingress)
    {
        Append(text, 1, $"source {ingress.Source.Definition.Id.Name}", ingress.Source, null);
        foreach (var interceptor in ingress.Interceptors)
        {
            Append(text, 2, $"interceptor {ShortName(interceptor)}", interceptor, null);
        }

        Append(text, 2, "selector", ingress.Selector, null);
        foreach (var edge in plan.Edges.Where(edge => edge.From == ingress.Id))
        {
            var kind = edge.Kind == EdgeKind.Optional ? "optional" : "required";
            Line(text, 2, $"-> {Name(edge.To)}, {kind}{(edge.EndToEnd ? ", end-to-end" : string.Empty)}");
        }
    }

    private static void Append(StringBuilder text, GraphPlan plan, EgressNode egress)
    {
        var from = string.Join(", ", plan.Edges.Where(edge => edge.To == egress.Id).Select(edge => Name(edge.From)));
        var takes = $"takes up to {egress.MaxEvents.ToString("N0", CultureInfo.InvariantCulture)} events at a time from {from}";
        if (egress.Processor is null)
        {
            Append(text, 1, $"sink {egress.Sinks[0].Definition.Id.Name}", egress.Sinks[0], takes);
            return;
        }

        Append(text, 1, $"group {egress.Processor.Definition.Id.Name}", egress.Processor, takes);
        foreach (var sink in egress.Sinks)
        {
            Append(text, 2, $"sink {sink.Definition.Id.Name}", sink, null);
        }
    }

    private static void Append(StringBuilder text, int depth, string title, BoundComponent component, string? note)
    {
        Line(text, depth, $"{title}: {component.Descriptor.DisplayName}{(note is null ? string.Empty : ", " + note)}");
        foreach (var (key, value) in OptionText.Changed(component.Descriptor, component.Options))
        {
            Line(text, depth + 1, $"{key} = {value}");
        }
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(OneLine.Escape(line)).Append('\n');
}
