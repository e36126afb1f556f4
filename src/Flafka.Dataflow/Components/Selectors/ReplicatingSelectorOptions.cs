using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Selectors;

/// <summary>Options of the <c>replicating</c> selector.</summary>
public sealed class ReplicatingSelectorOptions : IRoutes
{
    private const string OptionalKey = "optional";

    /// <summary>
    /// Channels of the source that may miss events: they get what they have room for at once, and the source never learns of a failure there.
    /// All others are required.
    /// </summary>
    [Option(OptionalKey)]
    public ImmutableArray<string> Optional { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Channel)> RequiredChannels => [];

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Channel)> OptionalChannels => Optional.Select(static channel => (OptionalKey, channel));
}
