using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>Stands in the plan for an interceptor that the type map leaves out. Events pass unchanged.</summary>
internal sealed class LeftOutInterceptor : IInterceptor
{
    /// <summary>The descriptor for one Java class; its name tells the plan's reader what is missing.</summary>
    public static ComponentDescriptor Of(string javaClass) => new(
        ComponentKind.Interceptor, $"none ('{javaClass}' is left out)", [], ComponentStatus.Stable, CanReadAgain: false, IsDurable: false,
        typeof(LeftOutInterceptor), typeof(object), [], Summary: null, static (_, _) => new LeftOutInterceptor());

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => new(events);
}
