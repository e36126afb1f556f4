namespace Flafka.Dataflow;

/// <summary>Declares a class as a component; the scan of an assembly finds it.</summary>
/// <param name="kind">Its family.</param>
/// <param name="alias">The short name in a configuration, compared without case; empty: only by Java class name.</param>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ComponentAttribute(ComponentKind kind, string alias) : Attribute
{
    /// <summary>Its family.</summary>
    public ComponentKind Kind { get; } = kind;

    /// <summary>The short name in a configuration, compared without case.</summary>
    public string Alias { get; } = alias;

    /// <summary>The Java class that unchanged Flume configurations name; the form with <c>$Builder</c> is accepted as well.</summary>
    public string? JavaClass { get; init; }

    /// <summary>How far one may rely on it.</summary>
    public ComponentStatus Status { get; init; } = ComponentStatus.Stable;

    /// <summary>Whether a source can read again what was not acknowledged; decides the meaning of <c>acknowledge = auto</c>.</summary>
    public bool CanReadAgain { get; init; }

    /// <summary>Whether a channel keeps its events over a crash of the process.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Whether its options make it run programs; <see cref="ConfigurationSettings.AllowExecution"/> forbids such a component.</summary>
    public bool RunsCommands { get; init; }

    /// <summary>What it does better than Flume's component of the same name, as half a sentence for the manual; none when it does the same.</summary>
    public string? BetterThanFlume { get; init; }
}
