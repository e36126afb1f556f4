namespace Flafka.Dataflow;

/// <summary>A row of the register of findings.</summary>
/// <param name="Id">Stable name, for example <c>FLK2003</c>; never reused.</param>
/// <param name="Severity">What the finding means for the run.</param>
/// <param name="Title">The heading of its page in the manual.</param>
internal sealed record DiagnosticCode(string Id, DiagnosticSeverity Severity, string Title);
