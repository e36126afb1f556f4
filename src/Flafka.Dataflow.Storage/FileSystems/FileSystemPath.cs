using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>A path of a configuration taken apart into the file system and the path in it.</summary>
/// <param name="Scheme">In lower case; empty where none is written.</param>
/// <param name="Authority">Host and port, or the logical name of a cluster; empty for the disk of this machine.</param>
/// <param name="Path">The path without them.</param>
internal sealed partial record FileSystemPath(string Scheme, string Authority, string Path)
{
    /// <summary>Whether the path lies on the disk of this machine.</summary>
    public bool IsLocal => Scheme is "" or "file";

    /// <summary>Whether the path lies on HDFS.</summary>
    public bool IsHdfs => Scheme is "hdfs" or "webhdfs" or "swebhdfs";

    /// <summary>What stands before the path of every file there; empty for the disk of this machine.</summary>
    public string Root => IsLocal ? "" : $"{Scheme}://{Authority}";

    /// <summary>Takes <c>file:/x</c>, <c>file:///x</c>, <c>hdfs://host/x</c> or <c>/x</c> apart.</summary>
    public static FileSystemPath Parse(string text)
    {
        var match = SchemeForm().Match(text);
        if (!match.Success)
        {
            return new FileSystemPath("", "", text);
        }

        var scheme = match.Groups["scheme"].Value.ToLowerInvariant();
        var rest = text[match.Length..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
        {
            return new FileSystemPath(scheme, "", rest);
        }

        var slash = rest.IndexOf('/', 2);
        var (authority, path) = slash < 0 ? (rest[2..], "/") : (rest[2..slash], rest[slash..]);
        return new FileSystemPath(scheme, scheme == "file" ? "" : authority, path); // file://host/x: the host is this one
    }

    // One letter is a drive, not a scheme.
    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SchemeForm();
}
