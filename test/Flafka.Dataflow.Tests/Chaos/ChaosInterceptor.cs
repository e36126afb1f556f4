using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>Waits, and sometimes throws.</summary>
internal sealed class ChaosInterceptor(ChaosRun run, double rate) : IInterceptor
{
    private readonly Random _random = new(run.NextSeed());

    public async ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (_random.Next(4) == 0)
        {
            await run.Pause(_random, abort);
        }

        if (_random.NextDouble() < rate)
        {
            run.CountFault();
            throw new DeliveryException("chaos: interceptor");
        }

        return events;
    }
}
