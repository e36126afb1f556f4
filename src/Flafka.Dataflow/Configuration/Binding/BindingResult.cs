using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The options of a component, and what was written in a form that does not depend on how it was written.</summary>
/// <param name="Options">The bound options.</param>
/// <param name="Normalized">Modern keys and values, sorted by key: what a fingerprint is made of.</param>
internal sealed record BindingResult(object Options, ImmutableArray<KeyValuePair<string, string>> Normalized);
