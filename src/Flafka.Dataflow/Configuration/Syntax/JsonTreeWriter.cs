using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flafka.Dataflow;

/// <summary>
/// Writes a tree as JSON that <see cref="JsonParser"/> reads back to the same agents. Components stand in the order of their lists;
/// what no list names does nothing and is left out.
/// </summary>
internal static class JsonTreeWriter
{
    private static readonly JsonWriterOptions Format = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ConfigNode root)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Format))
        {
            writer.WriteStartObject();
            foreach (var agent in root.Children)
            {
                WriteAgent(writer, agent);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteAgent(Utf8JsonWriter writer, ConfigNode agent)
    {
        if (agent.Value is not null)
        {
            WriteValue(writer, agent.Key, agent);
        }

        if (agent.Children.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject(agent.Key);
        foreach (var family in agent.Children)
        {
            if (!AgentFamilies.IsFamily(family.Key))
            {
                WriteFlat(writer, family, family.Key);
                continue;
            }

            writer.WriteStartObject(family.Key);
            foreach (var name in NameList.Of(family))
            {
                writer.WriteStartObject(name);
                if (family.Find(name) is { } component)
                {
                    WriteComponent(writer, component);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter writer, ConfigNode component)
    {
        foreach (var child in component.Children)
        {
            if (child is { Key: "channels" or "sinks", Value: not null, Children.IsEmpty: true } && NameList.Of(child) is { Length: > 0 } names)
            {
                WriteValue(writer, child.Key, child with { Items = names });
                continue;
            }

            if (child.Key != "interceptors" || child.Value is null)
            {
                WriteFlat(writer, child, child.Key);
                continue;
            }

            writer.WriteStartArray(child.Key);
            foreach (var name in NameList.Of(child))
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                if (child.Find(name) is { } interceptor)
                {
                    foreach (var key in interceptor.Children)
                    {
                        WriteFlat(writer, key, key.Key);
                    }
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    // A key may have both a value and keys below it, which an object cannot say; so keys keep their dots.
    private static void WriteFlat(Utf8JsonWriter writer, ConfigNode node, string key)
    {
        if (node.Value is not null)
        {
            WriteValue(writer, key, node);
        }

        foreach (var (path, leaf) in node.Leaves())
        {
            WriteValue(writer, $"{key}.{path}", leaf);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, string key, ConfigNode node)
    {
        if (!node.Items.IsDefault)
        {
            writer.WriteStartArray(key);
            foreach (var item in node.Items)
            {
                writer.WriteStringValue(item);
            }

            writer.WriteEndArray();
        }
        else if (node.Value is "true" or "false")
        {
            writer.WriteBoolean(key, node.Value is "true");
        }
        else if (long.TryParse(node.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == node.Value)
        {
            writer.WriteNumber(key, number);
        }
        else
        {
            writer.WriteString(key, node.Value);
        }
    }
}
