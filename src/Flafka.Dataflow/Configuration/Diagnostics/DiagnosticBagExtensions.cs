namespace Flafka.Dataflow;

internal static class DiagnosticBagExtensions
{
    /// <summary>Adds a finding with the severity that the register gives its code.</summary>
    public static void Add(this DiagnosticBag bag, DiagnosticCode code, string path, SourceSpan span, string message, string? hint = null) =>
        bag.Report(new Diagnostic(code.Id, code.Severity, path, message, span, hint));
}
