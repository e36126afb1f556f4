using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A configuration that cannot run; carries every finding.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>With the findings; the message lists the errors.</summary>
    public ConfigurationException(IEnumerable<Diagnostic> diagnostics)
        : this([.. diagnostics])
    {
    }

    private ConfigurationException(ImmutableArray<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics.Where(item => item.Severity == DiagnosticSeverity.Error).Select(DiagnosticRenderer.Render)))
        => Diagnostics = diagnostics;

    /// <summary>All findings, also those that are no errors.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }
}
