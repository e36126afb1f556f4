using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>Options of the <c>failover</c> sink processor.</summary>
public sealed class FailoverSinkProcessorOptions : ISinkPriorities, IValidatableObject
{
    private const string PriorityKey = "priority.";

    /// <summary>
    /// For a sink of the group a whole number: <c>priority.k1 = 10</c>. Of the sinks that work the one with the highest number gets all events.
    /// Sinks without a number come after those with a positive one, in the order of Flume, which is by a hash of their names: give every sink a number.
    /// </summary>
    [Option(PriorityKey)]
    public ImmutableDictionary<string, string> Priority { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The longest time that a failed sink is left alone. The first failure costs 2 s, each further one twice as much.</summary>
    [Option("maxpenalty", Unit = "ms"), Range(0, int.MaxValue)]
    public TimeSpan MaxPenalty { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The priority of a sink; <see langword="null"/> when it has none.</summary>
    public int? PriorityOf(string sink) =>
        Priority.TryGetValue(sink, out var text) && Parse(text) is { } priority ? priority : null;

    IEnumerable<(string Key, string Sink, int Priority)> ISinkPriorities.Priorities =>
        from pair in Priority
        where Parse(pair.Value) is not null
        orderby pair.Key
        select (PriorityKey + pair.Key, pair.Key, Parse(pair.Value)!.Value);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from pair in Priority
        where Parse(pair.Value) is null
        orderby pair.Key
        select new ValidationResult($"{PriorityKey}{pair.Key} = '{pair.Value}' is not a whole number", [nameof(Priority)]);

    private static int? Parse(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
