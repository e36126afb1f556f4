using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Components.Selectors;

/// <summary>Options of the <c>multiplexing</c> selector.</summary>
public sealed class MultiplexingSelectorOptions : IRoutes, IValidatableObject
{
    private const string MappingKey = "mapping.";
    private const string DefaultKey = "default";
    private const string OptionalKey = "optional.";

    /// <summary>The header whose value decides.</summary>
    [Option("header", Example = "country"), MinLength(1)]
    public string Header { get; init; } = "flume.selector.header";

    /// <summary>
    /// For a value of the header, the channels that must take the event, separated by blanks: <c>mapping.US = c1 c2</c>. Values are compared
    /// exactly, with their case.
    /// </summary>
    [Option(MappingKey, Example = "US = c1")]
    public ImmutableDictionary<string, string> Mapping { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// The channels that must take events whose header is missing, blank or not mapped. Without it such events are dropped, unless a channel is
    /// optional for them.
    /// </summary>
    [Option(DefaultKey, Example = "c2")]
    public ImmutableArray<string> Default { get; init; } = [];

    /// <summary>
    /// For a value of the header, more channels that get the event when they have room for it at once: <c>optional.US = c3</c>. A channel
    /// that is required for the value stays required.
    /// </summary>
    [Option(OptionalKey)]
    public ImmutableDictionary<string, string> Optional { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The key of the <c>replicating</c> selector.</summary>
    [Option("optional", Ignored = "this selector makes channels optional for a value of the header, with optional.VALUE")]
    public string? OptionalForAll { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Channel)> RequiredChannels =>
        Named(MappingKey, Mapping).Concat(Default.Select(static channel => (DefaultKey, channel)));

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Channel)> OptionalChannels => Named(OptionalKey, Optional);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Empty(MappingKey, Mapping, nameof(Mapping)).Concat(Empty(OptionalKey, Optional, nameof(Optional)));

    private static IEnumerable<ValidationResult> Empty(string key, ImmutableDictionary<string, string> map, string property) =>
        from pair in map
        where SelectorNames.Split(pair.Value).Length == 0
        orderby pair.Key
        select new ValidationResult($"{key}{pair.Key} names no channel", [property]);

    private static IEnumerable<(string Key, string Channel)> Named(string key, ImmutableDictionary<string, string> map) =>
        from pair in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
        from channel in SelectorNames.Split(pair.Value)
        select (key + pair.Key, channel);
}
