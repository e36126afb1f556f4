using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Flafka.Dataflow;

/// <summary>
/// Reads JSON, with comments and trailing commas, into the tree that the properties format gives: dots in names split alike, arrays of text
/// become lists, objects of named components become a list and the components.
/// </summary>
internal sealed class JsonParser : IConfigParser
{
    /// <inheritdoc/>
    public ConfigNode Parse(string text, string origin, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var tree = new ConfigTreeBuilder(origin, diagnostics);
        var walk = new Walk(new JsonPositions(bytes, origin), tree, diagnostics);
        var reader = NewReader(bytes);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                diagnostics.Add(
                    Codes.JsonShape, string.Empty, walk.At(reader.TokenStartIndex), "the text is not a JSON object",
                    "Write { \"AGENT\": { \"sources\": { ... } } }.");
                return tree.Build();
            }

            // appsettings.json: only this section is ours.
            var section = FindAgents(bytes);
            if (section >= 0)
            {
                while (reader.TokenStartIndex < section)
                {
                    reader.Read();
                }
            }

            walk.ReadObject(ref reader, tree.Root);
            while (reader.Read())
            {
            }
        }
        catch (JsonException broken)
        {
            var line = (int)(broken.LineNumber ?? 0);
            var (message, remedy) = JsonMistakes.Of(broken);
            diagnostics.Add(Codes.BrokenJson, string.Empty, walk.At(line, (int)(broken.BytePositionInLine ?? 0)), message, remedy);
            return new ConfigTreeBuilder(origin, diagnostics).Build();
        }
        catch (InvalidOperationException)
        {
            // The reader's word for half of a surrogate pair.
            diagnostics.Add(Codes.BrokenJson, string.Empty, walk.At(reader.TokenStartIndex), "the text holds half of a surrogate pair");
            return new ConfigTreeBuilder(origin, diagnostics).Build();
        }

        JsonLists.Complete(tree.Root);
        return tree.Build();
    }

    private static Utf8JsonReader NewReader(ReadOnlySpan<byte> bytes) =>
        new(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

    /// <summary>The place of the object <c>Flafka:Agents</c>; -1 when the agents stand at the top.</summary>
    private static long FindAgents(ReadOnlySpan<byte> bytes)
    {
        var reader = NewReader(bytes);
        reader.Read();
        return Enter(ref reader, "Flafka") && Enter(ref reader, "Agents") ? reader.TokenStartIndex : -1;

        static bool Enter(ref Utf8JsonReader reader, string name)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = string.Equals(reader.GetString(), name, StringComparison.OrdinalIgnoreCase);
                reader.Read();
                if (found)
                {
                    return reader.TokenType == JsonTokenType.StartObject;
                }

                reader.Skip();
            }

            return false;
        }
    }

    private sealed class Walk(JsonPositions positions, ConfigTreeBuilder tree, DiagnosticBag diagnostics)
    {
        public SourceSpan At(long offset) => positions.At(offset);

        public SourceSpan At(int line, int bytePosition) => positions.At(line, bytePosition);

        public void ReadObject(ref Utf8JsonReader reader, ConfigTreeBuilder.MutableNode node, bool skipName = false)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var at = reader.TokenStartIndex + 1;
                var isPlain = !reader.ValueIsEscaped;
                reader.Read();
                if ((skipName && name == "name") || name == "$schema")
                {
                    reader.Skip();
                    continue;
                }

                var child = ConfigTreeBuilder.Descend(
                    node, ConfigTreeBuilder.Trim(name), index => positions.At(at + (isPlain ? Encoding.UTF8.GetByteCount(name.AsSpan(0, index)) : 0)));
                ReadValue(ref reader, child);
            }
        }

        private void ReadValue(ref Utf8JsonReader reader, ConfigTreeBuilder.MutableNode node)
        {
            var at = reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, node);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, node, at);
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    var text = Scalar(ref reader);
                    if (text.Length == 0)
                    {
                        tree.SkipEmpty(node, isBlank: false);
                        break;
                    }

                    tree.Set(node, text, default, positions.At(reader.TokenType == JsonTokenType.String ? at + 1 : at));
                    break;
            }
        }

        private void ReadArray(ref Utf8JsonReader reader, ConfigTreeBuilder.MutableNode node, long at)
        {
            var items = ImmutableArray.CreateBuilder<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject && NameOf(reader) is { Length: > 0 } name)
                {
                    var start = reader.TokenStartIndex;
                    items.Add(name);
                    ReadObject(ref reader, ConfigTreeBuilder.Descend(node, name, _ => positions.At(start)), skipName: true);
                }
                else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.Null)
                {
                    diagnostics.Add(
                        Codes.JsonShape, node.Path, positions.At(reader.TokenStartIndex),
                        "the list has an item that is neither text nor an object with a name",
                        "Write [ \"a\", \"b\" ], or [ { \"name\": \"a\", \"type\": \"...\" } ].");
                    reader.Skip();
                }
                else
                {
                    items.Add(Scalar(ref reader));
                }
            }

            if (items.Count == 0)
            {
                tree.SkipEmpty(node, isBlank: false);
                return;
            }

            tree.Set(node, string.Join(' ', items), items.DrainToImmutable(), positions.At(at));
        }

        private static string Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => Encoding.UTF8.GetString(reader.ValueSpan),
        };

        private static string? NameOf(Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("name"u8);
                reader.Read();
                if (isName)
                {
                    return reader.TokenType == JsonTokenType.String ? ConfigTreeBuilder.Trim(reader.GetString()!) : null;
                }

                reader.Skip();
            }

            return null;
        }
    }
}
