using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>All that is known about a component type.</summary>
/// <param name="Kind">Its family.</param>
/// <param name="Alias">Its short name.</param>
/// <param name="JavaClasses">The Java class names that mean it.</param>
/// <param name="Status">How far one may rely on it.</param>
/// <param name="CanReadAgain">Sources: whether unacknowledged events can be read again.</param>
/// <param name="IsDurable">Channels: whether events survive a crash of the process.</param>
/// <param name="Implementation">The class.</param>
/// <param name="OptionsType">The class of its options; <see cref="object"/> when it has none.</param>
/// <param name="Options">Its keys.</param>
/// <param name="Summary">The first line of its page in the manual; read from the XML documentation file when it is not given.</param>
/// <param name="Create">Makes an instance from a context and bound options. No side effects.</param>
public sealed record ComponentDescriptor(
    ComponentKind Kind, string Alias, ImmutableArray<string> JavaClasses, ComponentStatus Status, bool CanReadAgain, bool IsDurable,
    Type Implementation, Type OptionsType, ImmutableArray<OptionDescriptor> Options, string? Summary,
    Func<ComponentContext, object, object> Create)
{
    /// <summary>The first line of its page in the manual.</summary>
    public string? Summary
    {
        get => field ?? XmlDocs.Summary(Implementation);
        init;
    }
    = Summary;

    /// <summary>Whether its options make it run programs.</summary>
    public bool RunsCommands { get; init; }

    /// <summary>How a plan names the type: its alias, else its Java class, else its class.</summary>
    public string DisplayName => Alias.Length > 0 ? Alias : JavaClasses.IsDefaultOrEmpty ? Implementation.Name : JavaClasses[0];

    /// <summary>What it does better than Flume's component of the same name; <see langword="null"/> when it does the same.</summary>
    public string? BetterThanFlume { get; init; }

    /// <summary>The first lines of its page in the manual, with marks around what is code.</summary>
    internal string? Markdown => XmlDocs.Markdown(Implementation) ?? Summary;
}
