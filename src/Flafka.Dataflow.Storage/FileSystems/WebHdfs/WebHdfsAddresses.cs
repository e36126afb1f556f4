using System.Globalization;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>Finds the HTTP addresses of the name nodes that a path means.</summary>
internal static class WebHdfsAddresses
{
    private const int Port = 9870;
    private const int TlsPort = 9871;

    /// <summary>The addresses, twins in the order of the configuration.</summary>
    /// <param name="path">A path on HDFS.</param>
    /// <param name="given">The key <c>hdfs.webhdfsAddress</c>: <c>host:port</c> with commas between them; it wins.</param>
    /// <param name="hadoop">Hadoop's configuration, where there is one.</param>
    /// <exception cref="FormatException">No address follows from all that.</exception>
    public static IReadOnlyList<Uri> Of(FileSystemPath path, string? given, HadoopConfiguration? hadoop)
    {
        if (path.Authority.Length == 0 && hadoop?["fs.defaultFS"] is { } root)
        {
            path = path with { Authority = FileSystemPath.Parse(root).Authority }; // hdfs:///x
        }

        var isTls = path.Scheme == "swebhdfs" || (path.Scheme == "hdfs" && hadoop?["dfs.http.policy"] == "HTTPS_ONLY");
        var texts = given is { Length: > 0 } ? given.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            : path.Authority.Length == 0 ? []
            : Configured(path, hadoop, isTls) ?? [path.Scheme == "hdfs" ? HostOf(path.Authority) : path.Authority];
        var addresses = Array.ConvertAll(texts, text => Address(text, isTls));
        return addresses.Length > 0 ? addresses : throw new FormatException($"'{path.Root}' leads to no name node: set hdfs.webhdfsAddress = HOST:PORT");
    }

    // A logical name, or the name node that Hadoop's configuration is about.
    private static string[]? Configured(FileSystemPath path, HadoopConfiguration? hadoop, bool isTls)
    {
        if (hadoop is null)
        {
            return null;
        }

        var key = isTls ? "dfs.namenode.https-address" : "dfs.namenode.http-address";
        var name = path.Authority;
        if (hadoop["dfs.nameservices"]?.Split(',', StringSplitOptions.TrimEntries).Contains(name) == true)
        {
            var nodes = hadoop[$"dfs.ha.namenodes.{name}"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var keys = nodes is null ? [$"{key}.{name}", key] : Array.ConvertAll(nodes, node => $"{key}.{name}.{node}");
            string[] found = [.. keys.Select(key => hadoop[key]).OfType<string>()];
            return found.Length > 0 ? found : throw new FormatException($"'{hadoop.Directory}' names the cluster '{name}', but none of {string.Join(", ", keys)}");
        }

        var isDefault = hadoop["fs.defaultFS"] is { } root && FileSystemPath.Parse(root).Authority == name;
        return path.Scheme == "hdfs" && isDefault && hadoop[key] is { } address ? [address.Replace("0.0.0.0", HostOf(name), StringComparison.Ordinal)] : null;
    }

    // The port of an hdfs URI is that of Hadoop's own protocol.
    private static string HostOf(string authority) =>
        authority.LastIndexOf(':') is var colon and > 0 && !authority.EndsWith(']') ? authority[..colon] : authority;

    private static Uri Address(string text, bool isTls)
    {
        var hasScheme = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var written = hasScheme ? text : (isTls ? "https://" : "http://") + text;
        if (!Uri.TryCreate(written, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new FormatException($"'{text}' is no address of a name node; one looks like 'namenode:{(isTls ? TlsPort : Port).ToString(CultureInfo.InvariantCulture)}'");
        }

        var hasPort = written.AsSpan(written.IndexOf("//", StringComparison.Ordinal) + 2).TrimEnd('/') is var rest && rest.LastIndexOf(':') > rest.LastIndexOf(']');
        return hasPort ? uri : new UriBuilder(uri) { Port = uri.Scheme == Uri.UriSchemeHttps ? TlsPort : Port }.Uri;
    }
}
