using System.Collections.Immutable;
using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>One key of a component, read from its options class.</summary>
/// <param name="Key">The key; ends in a dot when it takes all keys below it as a map.</param>
/// <param name="ValueType">The type of the property.</param>
/// <param name="Default">The value of a fresh options object.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="IsSecret">Whether its value is never printed.</param>
/// <param name="IsMap">Whether it takes all keys below it.</param>
/// <param name="Unit">What a number counts.</param>
/// <param name="Deprecated">Old spellings.</param>
/// <param name="Ignored">Why Flume's key has no meaning here; <see langword="null"/> for keys that have one.</param>
/// <param name="Separator">What separates the items of a list.</param>
/// <param name="Property">Name of the property.</param>
/// <param name="Minimum">Lowest number, as text; <see langword="null"/> without a bound.</param>
/// <param name="Maximum">Highest number, as text; <see langword="null"/> without a bound.</param>
/// <param name="Summary">The line of the manual, read from the XML documentation file when it is not given.</param>
public sealed record OptionDescriptor(
    string Key, Type ValueType, object? Default, bool IsRequired, bool IsSecret, bool IsMap, string? Unit,
    ImmutableArray<string> Deprecated, string? Ignored, string Separator, string Property, string? Minimum, string? Maximum, string? Summary)
{
    /// <summary>The line of the manual.</summary>
    public string? Summary
    {
        get => field ?? (Member is null ? null : XmlDocs.Summary(Member));
        init;
    }
    = Summary;

    /// <summary>The property that takes the value.</summary>
    internal PropertyInfo? Member { get; init; }

    /// <summary>Whether the value is a path on any file system, which without a scheme lies on the default one.</summary>
    public bool IsFileSystemPath { get; init; }

    /// <summary>Whether a <c>#</c> behind a blank is a part of the value, and not a comment that somebody put behind it.</summary>
    public bool IsFreeText { get; init; }

    /// <summary>The family chosen from, for an option that names another component; the keys below <see cref="Key"/> are then that component's.</summary>
    public ComponentKind? Choice { get; init; }

    /// <summary>A value for the examples of the manual; for a map <c>NAME = VALUE</c>.</summary>
    public string? Example { get; init; }

    /// <summary>The line of the manual, with marks around what is code.</summary>
    internal string? Markdown => (Member is null ? null : XmlDocs.Markdown(Member)) ?? Summary;
}
