namespace Flafka.Dataflow;

/// <summary>One finding about a configuration.</summary>
/// <param name="Code">Stable name, for example <c>FLK2003</c>; never reused.</param>
/// <param name="Severity">What it means for the run.</param>
/// <param name="Path">The key it is about, for example <c>a1.sinks.k1.batchSize</c>; may be empty.</param>
/// <param name="Message">What is wrong: one sentence without a full stop, values in single quotes.</param>
/// <param name="Span">Where.</param>
/// <param name="Hint">What would be right; <see langword="null"/> when the message says it all.</param>
public sealed record Diagnostic(string Code, DiagnosticSeverity Severity, string Path, string Message, SourceSpan Span, string? Hint);
