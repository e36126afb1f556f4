using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Library;

/// <summary>A user's own interceptor, in one file: drops what has no odd number in the end.</summary>
public sealed class OwnInterceptor : IInterceptor
{
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
        ValueTask.FromResult(events.RemoveAll(e => (e.Body.Span[^1] - '0') % 2 == 0));
}
