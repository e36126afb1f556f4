namespace Flafka.Dataflow;

/// <summary>The two formats of a configuration, and how to tell which one a text has.</summary>
internal static class ConfigFormat
{
    public static readonly IConfigParser Properties = new PropertiesParser();
    public static readonly IConfigParser Json = new JsonParser();

    /// <summary>JSON by the extension <c>.json</c>, or by a first character that no properties file starts with.</summary>
    public static IConfigParser Detect(string path, string text)
    {
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
        {
            return Json;
        }

        var start = text.AsSpan().TrimStart('\uFEFF').TrimStart();
        return start.StartsWith("{") || start.StartsWith("//") || start.StartsWith("/*") ? Json : Properties;
    }
}
