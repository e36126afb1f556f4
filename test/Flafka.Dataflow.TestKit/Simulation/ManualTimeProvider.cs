namespace Flafka.Dataflow.TestKit;

/// <summary>A clock that moves only when told to. Timers fire on the thread that moves it, in the order of their due times.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _sync = new();
    private readonly PriorityQueue<ManualTimer, (long Due, long Order)> _timers = new();
    private long _ticks;
    private long _order;

    /// <summary>Starts at 2026-01-01T00:00:00Z.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far it has moved.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it, with all that are due at that moment; false when there is none.</summary>
    public bool TryAdvanceToNextTimer()
    {
        long moment = -1;
        while (TryTakeDue(ref moment) is { } timer)
        {
            timer.Fire();
        }

        return moment >= 0;
    }

    /// <summary>Moves by so much and fires what is due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var target = Elapsed + by;
        while (true)
        {
            lock (_sync)
            {
                while (_timers.TryPeek(out var timer, out var at) && timer.Order != at.Order)
                {
                    _timers.Dequeue();
                }

                if (!_timers.TryPeek(out _, out var next) || next.Due > target.Ticks)
                {
                    _ticks = target.Ticks;
                    return;
                }
            }

            TryAdvanceToNextTimer();
        }
    }

    private ManualTimer? TryTakeDue(ref long moment)
    {
        lock (_sync)
        {
            while (_timers.TryPeek(out var timer, out var at) && (moment < 0 || at.Due <= moment))
            {
                _timers.Dequeue();
                if (timer.Order == at.Order) // else changed or disposed since
                {
                    moment = _ticks = Math.Max(_ticks, at.Due);
                    return timer;
                }
            }

            return null;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Order { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._sync)
            {
                _period = period;
                Order = dueTime == Timeout.InfiniteTimeSpan ? -1 : clock._order++;
                if (Order >= 0)
                {
                    clock._timers.Enqueue(this, (clock._ticks + Math.Max(0, dueTime.Ticks), Order));
                }
            }

            return true;
        }

        public void Fire()
        {
            lock (clock._sync)
            {
                Order = -1;
                if (_period > TimeSpan.Zero)
                {
                    Order = clock._order++;
                    clock._timers.Enqueue(this, (clock._ticks + _period.Ticks, Order));
                }
            }

            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
