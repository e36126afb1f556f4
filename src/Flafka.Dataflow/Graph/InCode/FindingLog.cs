using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Logs what is odd about a configuration that runs all the same.</summary>
internal static partial class FindingLog
{
    public static void Write(ILogger log, DiagnosticBag diagnostics)
    {
        foreach (var finding in diagnostics.Items)
        {
            var level = finding.Severity == DiagnosticSeverity.Info ? LogLevel.Information : LogLevel.Warning;
            var text = DiagnosticRenderer.Render(finding);
            Found(log, level, text);
        }
    }

    [LoggerMessage(EventId = EventIds.Finding, Message = "{Finding}")]
    private static partial void Found(ILogger log, LogLevel level, string finding);
}
