namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>A sink that holds: like a file that counts when it is closed, or records that a broker confirms later.</summary>
internal sealed class ChaosHoldingSink : IHoldingSink
{
    private readonly ChaosRun _run;
    private readonly ChaosDelivery _delivery;
    private readonly ChaosFaults _faults;
    private readonly Random _random;
    private readonly Queue<Lease> _held = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _timer = Task.CompletedTask;
    private bool _isCalled;
    private int _heldEvents;

    public ChaosHoldingSink(ChaosRun run, ChaosDelivery delivery, ChaosFaults faults)
    {
        _run = run;
        _delivery = delivery;
        _faults = faults;
        _random = new Random(run.NextSeed());
        MaxHeldEvents = 1 + _random.Next(60);
        _run.Sinks.Add(this);
    }

    public int MaxHeldEvents { get; }

    public Task StartAsync(CancellationToken abort)
    {
        _timer = _run.Runtime.Start(SettleByTimeAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken abort)
    {
        _stopping.Cancel();
        await _timer; // what went wrong in it fails the run
    }

    public override string ToString() => $"holds {_held.Count} leases, {_heldEvents} of {MaxHeldEvents} events, called {_isCalled}, timer {_timer.Status} {_timer.Exception}";

    public async ValueTask AcceptAsync(Lease lease, CancellationToken abort)
    {
        _isCalled = true;
        try
        {
            await TakeOnAsync(lease, abort);
        }
        finally
        {
            _isCalled = false;
        }
    }

    public async Task FlushAsync(CancellationToken abort)
    {
        _isCalled = true;
        try
        {
            await SettleAllAsync(abort);
        }
        finally
        {
            _isCalled = false;
        }
    }

    private async Task SettleByTimeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _run.Runtime.DelayAsync(TimeSpan.FromSeconds(2), _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            while (!_isCalled && _held.Count > 0)
            {
                Settle();
            }
        }
    }

    private async Task TakeOnAsync(Lease lease, CancellationToken abort)
    {
        if (_random.NextDouble() < 0.2)
        {
            await _run.Pause(_random, abort);
        }

        if (_random.NextDouble() < _faults.Rate)
        {
            _run.CountFault();
            throw new DeliveryException("chaos: not accepted");
        }

        _held.Enqueue(lease);
        _heldEvents += lease.Count;
        _run.Check(_heldEvents <= MaxHeldEvents, "a sink holds no more than it said");
        if (_random.Next(4) == 0)
        {
            Settle(); // the broker answered, the file was full
        }
    }

    private async Task SettleAllAsync(CancellationToken abort)
    {
        await _run.Pause(_random, abort);
        if (_random.NextDouble() < _faults.Rate)
        {
            _run.CountFault();
            Forget();
            throw new DeliveryException("chaos: flush failed");
        }

        while (_held.Count > 0)
        {
            Settle();
        }
    }

    private void Settle()
    {
        if (!_held.TryDequeue(out var lease))
        {
            return;
        }

        _heldEvents -= lease.Count;
        if (_random.NextDouble() < _faults.Rate)
        {
            _run.CountFault();
            lease.Rollback(new DeliveryException("chaos: the server said no"));
            while (_held.TryDequeue(out var behind)) // nothing behind it may be written before it
            {
                _heldEvents -= behind.Count;
                behind.Rollback(new DeliveryException("chaos: an earlier lease failed"));
            }

            return;
        }

        var events = lease.Events.AsSpan();
        _delivery.Deliver(events);
        if (lease.Count > 1 && _random.Next(3) == 0)
        {
            var half = lease.Count / 2;
            lease.Commit([.. Enumerable.Range(0, half)]);
            lease.Commit([.. Enumerable.Range(half, lease.Count - half)]);
        }
        else
        {
            lease.Commit();
        }
    }

    // The host takes the leases back when a flush throws.
    private void Forget()
    {
        _held.Clear();
        _heldEvents = 0;
    }
}
