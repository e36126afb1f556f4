namespace Flafka.Dataflow;

/// <summary>What a finding means for <c>flafka run</c>.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Probably not what was meant; the agent runs.</summary>
    Warning,

    /// <summary>The agent does not start.</summary>
    Error,
}
