using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>A sink that delivers, is slow, fails, fails in part or hangs, as the seed says.</summary>
internal sealed class ChaosSink(ChaosRun run, ChaosDelivery delivery, ChaosFaults faults) : ISink
{
    private readonly Random _random = new(run.NextSeed());
    private bool _isStarted;
    private bool _isCalled;

    public TimeSpan? CallTimeout => faults.CanHang ? TimeSpan.FromSeconds(10) : null;

    public async Task StartAsync(CancellationToken abort)
    {
        await run.Pause(_random, abort);
        if (_random.NextDouble() < faults.Rate / 4)
        {
            throw new DeliveryException("chaos: does not start");
        }

        _isStarted = true;
    }

    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        run.Check(_isStarted, "a sink is called only after its start");
        run.Check(!_isCalled, "a sink is called for one lease at a time");
        run.Check(!events.IsEmpty, "a lease holds events");
        run.CheckCapacity();
        _isCalled = true;
        try
        {
            if (_random.NextDouble() < 0.3)
            {
                await run.Pause(_random, abort);
            }

            if (_random.NextDouble() >= faults.Rate)
            {
                delivery.Deliver(events.AsSpan());
                return;
            }

            run.CountFault();
            switch (_random.Next(faults.CanHang ? 5 : faults.CanBePartial ? 4 : 3))
            {
                case 0: // nothing was written
                    throw new DeliveryException("chaos: refused");
                case 1: // all was written, but the answer was lost
                    delivery.Deliver(events.AsSpan());
                    throw new DeliveryException("chaos: answer lost");
                case 2: // a part was written before it broke
                    delivery.Deliver(events.AsSpan()[..(events.Length / 2)]);
                    throw new IOException("chaos: broke in the middle");
                case 3 when faults.CanBePartial:
                    var failed = Enumerable.Range(0, events.Length).Where(_ => _random.Next(2) == 0).ToImmutableArray();
                    if (failed.IsEmpty)
                    {
                        failed = [0];
                    }

                    delivery.Deliver([.. events.Where((_, index) => !failed.Contains(index))]);
                    throw new PartialDeliveryException("chaos: some refused", failed);
                default:
                    if (_random.Next(2) == 0)
                    {
                        await new TaskCompletionSource().Task; // deaf: the host abandons this instance
                    }

                    await run.Runtime.DelayAsync(TimeSpan.FromHours(1), abort);
                    break;
            }
        }
        finally
        {
            _isCalled = false;
        }
    }

    public Task StopAsync(CancellationToken abort)
    {
        _isStarted = false;
        return Task.CompletedTask;
    }
}
