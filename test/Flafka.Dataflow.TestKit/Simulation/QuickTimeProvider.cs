namespace Flafka.Dataflow.TestKit;

/// <summary>Real time that goes faster by a factor, so that back-offs on the real thread pool take milliseconds.</summary>
public sealed class QuickTimeProvider(int factor) : TimeProvider, IDisposable
{
    private readonly long _start = System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * factor);

    public override DateTimeOffset GetUtcNow() => ManualTimeProvider.Start + (System.GetElapsedTime(_start) * factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Quick(dueTime), Quick(period));

    public void Dispose()
    {
    }

    private TimeSpan Quick(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / factor;
}
