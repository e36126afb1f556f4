using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow;

/// <summary>What runs in place of a user's own Java classes.</summary>
internal sealed class TypeMap
{
    /// <summary>The type of an interceptor that is left out.</summary>
    public const string None = "none";

    private const string Builder = "$Builder";

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    /// <summary>Reads texts of the form <c>JAVA=TYPE</c>; the last of several for one class wins.</summary>
    public static TypeMap Parse(IEnumerable<string> entries, DiagnosticBag diagnostics)
    {
        var map = new TypeMap();
        foreach (var entry in entries)
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var (java, type) = equals < 0 ? (string.Empty, string.Empty) : (entry[..equals].Trim(), entry[(equals + 1)..].Trim());
            if (java.Length == 0 || type.Length == 0)
            {
                diagnostics.Add(
                    Codes.BadTypeMap, string.Empty, new SourceSpan(ConfigurationOverlay.CommandLine, 0, 0), $"'{entry}' is not of the form JAVA=TYPE",
                    "Write --type 'com.acme.X$Builder=NAMESPACE.TYPE, ASSEMBLY'.");
                continue;
            }

            map._types[Plain(java)] = type;
        }

        return map;
    }

    /// <summary>The type that stands for a class; with and without <c>$Builder</c> mean the same.</summary>
    public bool TryGet(string javaClass, [NotNullWhen(true)] out string? type) => _types.TryGetValue(Plain(javaClass), out type);

    private static string Plain(string javaClass) => javaClass.EndsWith(Builder, StringComparison.Ordinal) ? javaClass[..^Builder.Length] : javaClass;
}
