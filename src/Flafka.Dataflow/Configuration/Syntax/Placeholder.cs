namespace Flafka.Dataflow;

/// <summary>What stands between <c>${</c> and <c>}</c>: <c>prefix:name:-default</c>.</summary>
/// <param name="Name">With its prefix.</param>
/// <param name="Fallback">The default; <see langword="null"/> without one.</param>
internal readonly record struct Placeholder(string Name, string? Fallback)
{
    private const string Environment = "env:";
    private const string System = "sys:";
    private const string File = "file:";

    // A secret is one line. What is longer is no secret, and a device never ends.
    private const int LongestLine = 64 * 1024;

    // Flume has these too, or has them when they are switched on.
    private static readonly string[] Others =
        ["java", "date", "const", "script", "url", "dns", "base64encoder", "base64decoder", "urlencoder", "urldecoder", "properties", "resourcebundle", "xml", "localhost"];

    public static Placeholder Parse(string text)
    {
        var split = text.IndexOf(":-", StringComparison.Ordinal);
        return split < 0 ? new Placeholder(text, null) : new Placeholder(text[..split], text[(split + 2)..]);
    }

    /// <summary>The value from outside of the text; <see langword="null"/>, and a hint, when there is none.</summary>
    public string? Resolve(ConfigurationSettings settings, out string hint)
    {
        if (After(Environment) is { } variable)
        {
            hint = $"Set the environment variable '{variable}', or write a default: ${{{Name}:-default}}.";
            return settings.Environment(variable);
        }

        if (After(System) is { } property)
        {
            hint = $"There are no system properties of Java here. Pass -D{property}=VALUE to 'flafka agent', or write ${{env:NAME}}.";
            return settings.SystemProperties.GetValueOrDefault(property) ?? KnownProperty(property);
        }

        if (After(File) is { } path)
        {
            hint = $"Write a file whose first line is the value, or a default: ${{{Name}:-default}}.";
            return FirstLine(path, ref hint);
        }

        var name = Name;
        hint = Array.Find(Others, prefix => name.StartsWith(prefix + ":", StringComparison.OrdinalIgnoreCase)) is { } other
            ? $"There are no '{other}:' values here; there are ${{env:NAME}}, ${{file:PATH}} and ${{sys:NAME}}."
            : $"Set a key or an environment variable of this name, or write a default: ${{{Name}:-default}}.";
        return settings.Environment(Name);
    }

    private string? After(string prefix) => Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? Name[prefix.Length..] : null;

    private static string? KnownProperty(string name) => name switch
    {
        "user.name" => global::System.Environment.UserName,
        "user.home" => global::System.Environment.GetFolderPath(global::System.Environment.SpecialFolder.UserProfile),
        "user.dir" => Directory.GetCurrentDirectory(),
        "java.io.tmpdir" => Path.TrimEndingDirectorySeparator(Path.GetTempPath()),
        "file.separator" => Path.DirectorySeparatorChar.ToString(),
        "path.separator" => Path.PathSeparator.ToString(),
        _ => null,
    };

    private static string? FirstLine(string path, ref string hint)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[LongestLine];
            var line = buffer.AsSpan(0, reader.ReadBlock(buffer));
            var end = line.IndexOfAny('\r', '\n');
            if (end < 0 && line.Length == LongestLine)
            {
                hint = $"The first line of '{path}' is longer than {LongestLine} characters.";
                return null;
            }

            return (end < 0 ? line : line[..end]).ToString();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            hint = failure.Message;
            return null;
        }
    }
}
