using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>Every component of Flume once: the same here, better here, or missing and what to use instead.</summary>
internal static class FlumeTable
{
    /// <summary>In one screen, for the README: kinds down, same, better and missing across.</summary>
    public static string Overview()
    {
        var text = new StringBuilder("| | same | better | missing |\n|---|---|---|---|\n");
        foreach (var kind in Rows().GroupBy(row => row.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Plural(kind.Key)} ");
            foreach (var cell in new Func<Row, bool>[] { row => row is { Here: { BetterThanFlume: null } }, row => row.Here?.BetterThanFlume is not null, row => row.Here is null })
            {
                text.Append("| ").AppendJoin(", ", kind.Where(cell).Select(row => $"`{row.ShortName}`")).Append(' ');
            }

            text.Append("|\n");
        }

        return text.ToString();
    }

    /// <summary>The index of the reference: the components there are, then Flume's, one a row.</summary>
    public static string Index()
    {
        var text = new StringBuilder("# Reference\n\nGenerated from the program by `scripts/docs.sh`; a test compares. ");
        text.Append("[Findings and conditions](diagnostics.md), [schema for `appsettings.json`](appsettings.schema.json).\n\n");
        foreach (var kind in ComponentPages.Ordered.GroupBy(component => component.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {Capital(Plural(kind.Key))}\n\n| type | what it does |\n|---|---|\n");
            foreach (var component in kind)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| [`{component.DisplayName}`]({ComponentPages.File(component)}) | {ComponentPages.FirstSentence(component.Markdown).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Flume's components\n\n| Flume | class | here |\n|---|---|---|\n");
        foreach (var row in Rows())
        {
            var here = row.Here is null ? $"Missing. {row.Instead}"
                : row.Here.BetterThanFlume is { } better ? $"[Better]({ComponentPages.File(row.Here)}): {better}."
                : $"[The same]({ComponentPages.File(row.Here)}).";
            text.Append(CultureInfo.InvariantCulture, $"| {TypeResolver.Words(row.Kind)} `{row.ShortName}` | `{row.JavaClass}` | {here} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<Row> Rows() => Unsupported.OfFlume.OrderBy(row => row.Kind).Select(row => new Row(
        row.Kind, row.Alias.Length > 0 ? row.Alias : Short(row.JavaClass), row.JavaClass, row.Instead,
        KnownComponents.Registry.TryGet(row.Kind, row.JavaClass, out var byClass) || (row.Alias.Length > 0 && KnownComponents.Registry.TryGet(row.Kind, row.Alias, out byClass))
            ? byClass
            : null));

    private static string Short(string javaClass) => javaClass[(javaClass.LastIndexOf('.') + 1)..].Replace("$Builder", string.Empty, StringComparison.Ordinal);

    private static string Plural(ComponentKind kind) => TypeResolver.Words(kind) + "s";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private sealed record Row(ComponentKind Kind, string ShortName, string JavaClass, string Instead, ComponentDescriptor? Here);
}
