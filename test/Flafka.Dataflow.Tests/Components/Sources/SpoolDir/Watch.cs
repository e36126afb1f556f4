using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

/// <summary>Sees every batch on its way; may throw.</summary>
internal sealed class Watch(Action<ImmutableArray<FlumeEvent>> look) : IInterceptor
{
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        look(events);
        return ValueTask.FromResult(events);
    }
}
