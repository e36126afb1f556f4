using System.Buffers;

namespace Flafka.Dataflow.Paths;

/// <summary>
/// Keeps paths that were made of event headers inside the folder that the configuration names. A header may hold a slash and makes
/// subfolders then, as in Flume; it may not climb.
/// </summary>
/// <remarks>
/// Such a value is defused, not refused: an event that can never be written would hold up everything behind it, so anybody who can set a
/// header could stop the flow.
/// </remarks>
public static class SafePath
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create([.. Enumerable.Range(0, 32).Select(static c => (char)c), '\u007f']);

    /// <summary>A resolved path under its literal root.</summary>
    /// <param name="root">The text before the first escape, up to a slash; from the configuration, so it is used as it is.</param>
    /// <param name="resolved">The whole resolved path; begins with <paramref name="root"/>.</param>
    // Flume: writes wherever '..' leads.
    public static string Below(string root, string resolved) =>
        (root.Length == 0 ? "./" : root) + Defuse(resolved[root.Length..].TrimStart('/'));

    /// <param name="text">A path, or a part of one.</param>
    /// <summary>The text with segments of dots and unprintable characters replaced by underscores.</summary>
    public static string Defuse(string text)
    {
        if (!text.Contains('.', StringComparison.Ordinal) && !text.AsSpan().ContainsAny(Forbidden))
        {
            return text;
        }

        var segments = (OperatingSystem.IsWindows() ? text.Replace('\\', '/') : text).Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            if (segment is "." or "..")
            {
                segments[i] = new string('_', segment.Length);
            }
            else if (segment.AsSpan().ContainsAny(Forbidden))
            {
                segments[i] = string.Create(segment.Length, segment, static (target, source) =>
                {
                    for (var c = 0; c < source.Length; c++)
                    {
                        target[c] = Forbidden.Contains(source[c]) ? '_' : source[c];
                    }
                });
            }
        }

        return string.Join('/', segments);
    }
}
