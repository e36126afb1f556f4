using System.Collections.Immutable;

namespace Flafka.Dataflow.Runner.Configuration;

/// <summary>What <c>flafka validate</c> says of one agent, or of a file that has none.</summary>
/// <param name="File">The file, as the user wrote it.</param>
/// <param name="Agent">The agent; <see langword="null"/> for a file without one.</param>
/// <param name="Plan">What would run; <see langword="null"/> when it would not.</param>
/// <param name="Findings">All that was found about it.</param>
internal sealed record Verdict(string File, string? Agent, GraphPlan? Plan, ImmutableArray<Diagnostic> Findings)
{
    /// <summary>Mistakes that stop it.</summary>
    public int Errors => Findings.Count(finding => finding.Severity == DiagnosticSeverity.Error);

    /// <summary>A file of a folder that is no configuration of an agent.</summary>
    public bool IsSkipped => Agent is null && Findings.IsEmpty;

    /// <summary>The weakest guarantee of its paths; <see langword="null"/> without a path.</summary>
    public GuaranteeLevel? Weakest => Plan is not null && Guarantees.Of(Plan) is { IsEmpty: false } paths ? paths.Min(path => path.Level) : null;

    /// <summary>For people: <c>runs</c>, <c>runs with N notes</c> or <c>N errors</c>.</summary>
    public string Result =>
        IsSkipped ? "no agent in it"
        : Plan is null ? Count(Errors, "error")
        : Findings.IsEmpty ? "runs"
        : $"runs with {Count(Findings.Length, "note")}";

    /// <summary>The weakest guarantee for people.</summary>
    public string Guarantee => Weakest switch
    {
        GuaranteeLevel.BestEffort => "best effort",
        GuaranteeLevel.LostInCrash => "lost in a crash",
        GuaranteeLevel.AtLeastOnce => "at least once",
        _ => Plan is null ? "-" : "no path from a source to a sink",
    };

    /// <summary>A number and its word, for example <c>2 errors</c>.</summary>
    public static string Count(int number, string word) => $"{number} {word}{(number == 1 ? string.Empty : "s")}";
}
