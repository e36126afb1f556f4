using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>The register of findings about a configuration and of conditions at run time.</summary>
internal static class DiagnosticsPage
{
    private static readonly (string Start, string Title)[] Families =
    [
        ("FLK1", "Text and substitution"), ("FLK2", "Types and options"), ("FLK3", "Wiring and rules"), ("FLK4", "Reload"), ("FLK5", "Compatibility"),
    ];

    /// <summary>The page.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("# Findings and conditions\n\n");
        text.Append("A finding is printed as `FILE(LINE,COLUMN): SEVERITY CODE: KEY: what is wrong`, and below it what would be right. ");
        text.Append("An error keeps the agent from starting; warnings and information do not. `flafka validate` shows all of them at once. A code is never used again for something else.\n\n");
        foreach (var (start, title) in Families)
        {
            var codes = Codes.All.Where(code => code.Id.StartsWith(start, StringComparison.Ordinal)).OrderBy(code => code.Id, StringComparer.Ordinal).ToArray();
            if (codes.Length == 0)
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n| code | severity | finding |\n|---|---|---|\n");
            foreach (var code in codes)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {code.Id} | {DiagnosticRenderer.Word(code.Severity)} | {code.Title.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Conditions at run time\n\nIn the log, with the name of the component.\n\n| code | what happened | the events | what to do |\n|---|---|---|---|\n");
        foreach (var condition in RunTimeConditions.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {condition.Code} | {condition.What} | {condition.Events} | {condition.Remedy} |\n");
        }

        return text.ToString();
    }
}
