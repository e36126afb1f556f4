using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A source with what belongs to it.</summary>
/// <param name="Source">The source.</param>
/// <param name="Interceptors">Its interceptors, in order.</param>
/// <param name="Selector">Its selector; <see langword="null"/> when that could not be bound.</param>
/// <param name="HasBrokenInterceptor">Whether an interceptor is missing here because it could not be bound.</param>
internal sealed record BoundSource(BoundComponent Source, ImmutableArray<BoundComponent> Interceptors, BoundComponent? Selector, bool HasBrokenInterceptor);
