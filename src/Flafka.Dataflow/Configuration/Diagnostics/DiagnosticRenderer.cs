using System.Text;

namespace Flafka.Dataflow;

/// <summary>
/// Prints findings, one line each in the form that editors jump to, the hint indented below:
/// <c>agent.conf(12,5): error FLK2003: a1.sinks.k1.batchSize: 'ten' is not a whole number</c>.
/// </summary>
internal static class DiagnosticRenderer
{
    public static string Render(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        Append(text, diagnostic);
        return text.ToString();
    }

    /// <summary>All findings in the order of the text they are about, each ended by a line feed.</summary>
    public static string Render(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics
            .OrderBy(item => item.Span.Origin, StringComparer.Ordinal).ThenBy(item => item.Span.Line).ThenBy(item => item.Span.Column))
        {
            Append(text, diagnostic);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Diagnostic diagnostic)
    {
        text.Append(diagnostic.Span.ToString()).Append(": ").Append(Word(diagnostic.Severity)).Append(' ').Append(diagnostic.Code).Append(": ");
        if (diagnostic.Path.Length > 0)
        {
            text.Append(OneLine.Escape(diagnostic.Path)).Append(": ");
        }

        text.Append(OneLine.Escape(diagnostic.Message));
        if (diagnostic.Hint is { } hint)
        {
            text.Append("\n    ").Append(OneLine.Escape(hint));
        }
    }

    /// <summary>How a severity is written.</summary>
    public static string Word(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "info",
    };
}
