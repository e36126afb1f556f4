namespace Flafka.Dataflow;

/// <summary>Where paths without a scheme lie: what the command line or the host says, else what Hadoop's configuration says, else the local disk.</summary>
internal sealed class DefaultFileSystem(ConfigurationSettings settings)
{
    // Hadoop's name for it before version 2.
    private static readonly string[] Keys = ["fs.defaultFS", "fs.default.name"];

    private readonly Lazy<string?> _root = new(() => Find(settings));
    private readonly Lazy<HadoopConfiguration?> _hadoop = new(() => HadoopConfiguration.Find(settings));

    /// <summary>Hadoop's configuration; <see langword="null"/> where there is none.</summary>
    /// <inheritdoc cref="HadoopConfiguration.Find" path="/exception"/>
    public HadoopConfiguration? Hadoop => _hadoop.Value;

    /// <summary>A path with its scheme.</summary>
    /// <param name="path">As written.</param>
    /// <param name="isUnconfigured">Whether it has no scheme and nothing says which file system is meant, so that it lies on the local disk.</param>
    /// <exception cref="FormatException">What says it is no URI, or no XML.</exception>
    /// <exception cref="IOException">Hadoop's configuration cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Hadoop's configuration may not be read.</exception>
    public string Qualify(string path, out bool isUnconfigured)
    {
        isUnconfigured = false;
        if (HasScheme(path))
        {
            return path;
        }

        if (_root.Value is not { } root)
        {
            isUnconfigured = true;
            return path;
        }

        // Hadoop: a relative path lies in the user's home directory.
        return root + (path.StartsWith('/') ? path : $"/user/{settings.Environment("HADOOP_USER_NAME") ?? Environment.UserName}/{path}");
    }

    private static string? Find(ConfigurationSettings settings)
    {
        if (settings.DefaultFileSystem is { } given)
        {
            return Root(given, "the default file system");
        }

        var hadoop = HadoopConfiguration.Find(settings);
        return Array.Find(Keys, key => hadoop?[key] is not null) is { } key ? Root(hadoop![key]!, $"{key} in '{hadoop.Directory}'") : null;
    }

    private static string Root(string text, string what)
    {
        var root = text.Trim().TrimEnd('/');
        return HasScheme(root) && Uri.TryCreate(root.EndsWith(':') ? root + "///" : root, UriKind.Absolute, out _)
            ? root
            : throw new FormatException($"{what} is '{text}', which is no URI such as 'hdfs://HOST:8020' or 'file:///'");
    }

    // One letter is a drive, not a scheme.
    private static bool HasScheme(string path)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && char.IsAsciiLetter(path[0]) && path.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
}
