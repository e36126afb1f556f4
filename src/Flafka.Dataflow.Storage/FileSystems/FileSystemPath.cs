using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>A path of a configuration taken apart into the file system's scheme and the path in it.</summary>
/// <param name="Scheme">In lower case; empty where none is written.</param>
/// <param name="Path">The path without the scheme.</param>
internal sealed partial record FileSystemPath(string Scheme, string Path)
{
    /// <summary>Whether the path lies on the disk of this machine.</summary>
    public bool IsLocal => Scheme is "" or "file";

    /// <summary>Takes <c>file:/x</c>, <c>file:///x</c>, <c>hdfs://host/x</c> or <c>/x</c> apart.</summary>
    public static FileSystemPath Parse(string text)
    {
        var match = SchemeForm().Match(text);
        if (!match.Success)
        {
            return new FileSystemPath("", text);
        }

        var scheme = match.Groups["scheme"].Value.ToLowerInvariant();
        var rest = text[match.Length..];
        if (scheme == "file" && rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            rest = slash < 0 ? "/" : rest[slash..]; // file://host/x: the host is this one
        }

        return new FileSystemPath(scheme, rest);
    }

    // One letter is a drive, not a scheme.
    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SchemeForm();
}
