using System.Collections.Immutable;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Interceptors;

/// <summary>Calls an interceptor that asks nobody: it must complete synchronously.</summary>
internal static class Intercepting
{
    public static ImmutableArray<FlumeEvent> By(IInterceptor interceptor, params ImmutableArray<FlumeEvent> events)
    {
        var call = interceptor.InterceptAsync(events, CancellationToken.None).AsTask();
        Assert.That(call.IsCompletedSuccessfully, Is.True);
        return call.GetAwaiter().GetResult();
    }

    public static EventHeaders By(IInterceptor interceptor, EventHeaders headers) => By(interceptor, new FlumeEvent(default, headers))[0].Headers;
}
