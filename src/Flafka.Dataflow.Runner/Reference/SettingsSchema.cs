using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>A JSON schema (draft 7, which editors know best) for the section <c>Flafka</c> of <c>appsettings.json</c>.</summary>
internal static class SettingsSchema
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema.</summary>
    public static string Json()
    {
        var definitions = new JsonObject { ["agent"] = Agent() };
        foreach (var kind in ComponentPages.Ordered.GroupBy(component => component.Kind))
        {
            definitions[ComponentPages.Word(kind.Key)] = Family(kind.Key, [.. kind]);
        }

        var agents = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "The agents, by name.",
            ["additionalProperties"] = Reference("agent"),
        };
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Flafka in appsettings.json",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["Flafka"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["Agents"] = agents } },
            },
            ["definitions"] = definitions,
        };
        return schema.ToJsonString(Format) + "\n";
    }

    private static JsonObject Agent() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["sources"] = Named("source", "Where events come from, by name."),
            ["channels"] = Named("channel", "What holds events, by name."),
            ["sinks"] = Named("sink", "Where events go, by name."),
            ["sinkgroups"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Sinks that stand in for each other, by name.",
                ["additionalProperties"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["sinks"] = Names("The sinks of the group, all on one channel."), ["processor"] = Reference("sink-processor") },
                },
            },
            ["configfilters"] = new JsonObject { ["type"] = "object", ["description"] = "What resolves placeholders, by name." },
        },
    };

    private static JsonObject Named(string definition, string description) =>
        new() { ["type"] = "object", ["description"] = description, ["additionalProperties"] = Reference(definition) };

    /// <summary>A component of a kind: the keys follow from its type.</summary>
    private static JsonObject Family(ComponentKind kind, ComponentDescriptor[] components)
    {
        var known = new JsonArray([.. components.SelectMany(component => component.JavaClasses.Prepend(component.Alias)).Where(name => name.Length > 0).Distinct().Select(name => (JsonNode?)name)]);
        var properties = new JsonObject { ["type"] = new JsonObject { ["description"] = "The alias or the class.", ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = known }, new JsonObject { ["type"] = "string" }) } };
        foreach (var (key, value) in OfTheGraph(kind))
        {
            properties[key] = value;
        }

        var cases = new JsonArray();
        foreach (var component in components.Where(component => component.Options.Length > 0))
        {
            var names = component.JavaClasses.Prepend(component.Alias).Where(name => name.Length > 0).Distinct().Select(name => (JsonNode?)name);
            cases.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = new JsonArray([.. names]) } }, ["required"] = new JsonArray("type") },
                ["then"] = Options(component),
            });
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (cases.Count > 0)
        {
            schema["allOf"] = cases;
        }

        return schema;
    }

    private static IEnumerable<(string Key, JsonObject Value)> OfTheGraph(ComponentKind kind) => kind switch
    {
        ComponentKind.Source =>
        [
            ("channels", Names("The channels that get the events.")),
            ("interceptors", new JsonObject
            {
                ["description"] = "What changes events on their way, in order: a list of objects with a name, or an object by name.",
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "array", ["items"] = Reference("interceptor") },
                    new JsonObject { ["type"] = "object", ["additionalProperties"] = Reference("interceptor") }),
            }),
            ("selector", Reference("channel-selector")),
        ],
        ComponentKind.Sink => [("channel", new JsonObject { ["type"] = "string", ["description"] = "The channel to empty." })],
        ComponentKind.Interceptor => [("name", new JsonObject { ["type"] = "string", ["description"] = "Its name, in a list." })],
        _ => [],
    };

    private static JsonObject Options(ComponentDescriptor component)
    {
        var properties = new JsonObject();
        var patterns = new JsonObject();
        foreach (var option in component.Options)
        {
            if (option.IsMap)
            {
                patterns["^" + Regex.Escape(option.Key)] = new JsonObject { ["description"] = Description(option) };
            }
            else
            {
                properties[option.Key] = Option(option);
            }
        }

        var schema = new JsonObject { ["properties"] = properties };
        if (patterns.Count > 0)
        {
            schema["patternProperties"] = patterns;
        }

        return schema;
    }

    private static JsonObject Option(OptionDescriptor option)
    {
        var schema = new JsonObject { ["description"] = Description(option) };
        if (option.Ignored is not null)
        {
            return schema;
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;

        // Every value may also be text: a placeholder, a number with a unit.
        if (type == typeof(bool))
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["type"] = "boolean" }, Text(@"^[Tt][Rr][Uu][Ee]$|^[Ff][Aa][Ll][Ss][Ee]$|\$\{"));
        }
        else if (OptionTexts.IsWhole(type))
        {
            var number = new JsonObject { ["type"] = "integer" };
            Bound(number, "minimum", option.Minimum);
            Bound(number, "maximum", option.Maximum);
            schema["anyOf"] = new JsonArray(number, Text(@"\d|\$\{"));
        }
        else if (type == typeof(TimeSpan) || type == typeof(double) || type == typeof(decimal) || type == typeof(float))
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number" }, Text(@"\d|\$\{"));
        }
        else if (type.IsEnum)
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. ValueConverters.Forms(type).Select(static form => (JsonNode?)form)]) }, new JsonObject { ["type"] = "string" });
        }
        else if (ValueConverters.IsList(type))
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }, new JsonObject { ["type"] = "string" });
        }
        else if (option.Choice is { } kind)
        {
            var names = ComponentPages.Ordered.Where(component => component.Kind == kind).Select(component => (JsonNode?)component.DisplayName);
            schema["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. names]) }, new JsonObject { ["type"] = new JsonArray("string", "object") });
        }
        else
        {
            schema["type"] = new JsonArray("string", "number", "boolean");
        }

        if (!option.IsRequired && OptionText.Of(option, option.Default) is { Length: > 0 } text && !option.IsSecret)
        {
            schema["default"] = OptionTexts.IsWhole(type) && long.TryParse(text, out var number) ? number : type == typeof(bool) ? text == "true" : text;
        }

        return schema;
    }

    private static string Description(OptionDescriptor option)
    {
        var unit = option.Unit is null ? string.Empty : $" Unit: {option.Unit}.";
        return option.Ignored is { } why ? $"No meaning here: {why.TrimEnd('.')}." : $"{option.Summary}{unit}{(option.IsRequired ? " Required." : string.Empty)}";
    }

    private static JsonObject Names(string description) => new()
    {
        ["description"] = description,
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }, new JsonObject { ["type"] = "string" }),
    };

    private static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    private static void Bound(JsonObject schema, string key, string? bound)
    {
        if (long.TryParse(bound, out var number))
        {
            schema[key] = number;
        }
    }
}
