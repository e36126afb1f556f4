using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flafka.Dataflow;

/// <content>For programs.</content>
internal static partial class PlanRenderer
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The nodes with the options that differ from their defaults (secrets masked), the edges and the guarantees.</summary>
    public static string Json(GraphPlan plan)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("agent", plan.Agent);
            WriteArray(writer, "nodes", plan.Nodes, WriteNode);
            WriteArray(writer, "edges", plan.Edges, static (writer, edge) =>
            {
                writer.WriteString("from", edge.From);
                writer.WriteString("to", edge.To);
                writer.WriteString("kind", ValueConverters.Form(edge.Kind));
                writer.WriteBoolean("endToEnd", edge.EndToEnd);
            });
            WriteArray(writer, "guarantees", Guarantees.Of(plan), static (writer, path) =>
            {
                writer.WriteString("source", path.Source);
                writer.WriteString("channel", path.Channel);
                writer.WriteString("sink", path.Sink);
                writer.WriteString("level", ValueConverters.Form(path.Level));
                writer.WriteString("text", path.Text);
            });
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteNode(Utf8JsonWriter writer, PlanNode node)
    {
        writer.WriteString("id", node.Id);
        switch (node)
        {
            case IngressNode ingress:
                WriteComponent(writer, "source", ingress.Source);
                WriteArray(writer, "interceptors", ingress.Interceptors, WriteProperties);
                WriteComponent(writer, "selector", ingress.Selector);
                break;
            case ChannelNode channel:
                WriteComponent(writer, "channel", channel.Channel);
                break;
            case EgressNode egress:
                if (egress.Processor is not null)
                {
                    WriteComponent(writer, "processor", egress.Processor);
                }

                WriteArray(writer, "sinks", egress.Sinks, WriteProperties);
                writer.WriteNumber("maxEvents", egress.MaxEvents);
                writer.WriteNumber("window", egress.Window);
                break;
        }
    }

    private static void WriteComponent(Utf8JsonWriter writer, string key, BoundComponent component)
    {
        writer.WriteStartObject(key);
        WriteProperties(writer, component);
        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, BoundComponent component)
    {
        writer.WriteString("name", ShortName(component));
        writer.WriteString("type", component.Descriptor.DisplayName);
        writer.WriteStartObject("options");
        foreach (var (key, value) in OptionText.Changed(component.Descriptor, component.Options))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, string key, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(key);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
