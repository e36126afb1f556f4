namespace Flafka.Dataflow.Paths;

/// <summary>Takes moments apart in one zone, rounded. Neighbouring moments cost little: what a field depends on is kept. For one thread at a time.</summary>
/// <param name="zone">The zone of the fields.</param>
/// <param name="rounding">How moments are rounded down before; <see langword="null"/>: not at all.</param>
public sealed class PathClock(TimeZoneInfo zone, TimeRounding? rounding)
{
    private const long MillisecondsPerDay = 24 * 60 * 60 * 1000;

    // A day is left free at both ends for the offset of the zone.
    private static readonly long First = (long)(DateTime.MinValue.AddDays(1) - DateTime.UnixEpoch).TotalMilliseconds;
    private static readonly long Last = (long)(DateTime.MaxValue.AddDays(-1) - DateTime.UnixEpoch).TotalMilliseconds;

    private long _second = long.MinValue;
    private long _offsetMinute = long.MinValue;
    private long _offset;
    private long _day = long.MinValue;
    private LocalTime _time;

    /// <summary>How moments are rounded down.</summary>
    public TimeRounding? Rounding => rounding;

    /// <summary>The fields of a moment.</summary>
    /// <param name="milliseconds">Since the epoch.</param>
    /// <exception cref="FormatException">No calendar has it, or it cannot be rounded.</exception>
    internal ref readonly LocalTime At(long milliseconds)
    {
        if (milliseconds >= 0 && milliseconds / 1000 == _second)
        {
            return ref _time;
        }

        if (milliseconds < First || milliseconds > Last)
        {
            throw new FormatException($"The timestamp {milliseconds} is outside the calendar; it counts milliseconds since 1970");
        }

        _second = long.MinValue;
        var moment = milliseconds;
        if (rounding is not null)
        {
            if (milliseconds <= 0)
            {
                throw new FormatException("Timestamp must be positive");
            }

            moment = rounding.Round(milliseconds, zone);
        }

        var local = moment + OffsetAt(moment);
        var day = Floor(local, MillisecondsPerDay);
        if (day != _day)
        {
            var date = DateTime.UnixEpoch.AddDays(day);
            (_time.Year, _time.Month, _time.Day) = date;
            (_time.DayOfYear, _time.DayOfWeek) = (date.DayOfYear, date.DayOfWeek);
            _day = day;
        }

        var seconds = (int)((local - (day * MillisecondsPerDay)) / 1000);
        var minutes = seconds / 60;
        _time.Hour = minutes / 60;
        _time.Minute = minutes % 60;
        _time.Second = seconds - (minutes * 60);
        _time.EpochSeconds = moment / 1000; // Flume-compatible: toward zero, also before 1970
        _time.OffsetMinutes = (int)(_offset / 60_000);
        _second = milliseconds >= 0 ? milliseconds / 1000 : long.MinValue;
        return ref _time;
    }

    internal static long Floor(long value, long divisor) => value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    private long OffsetAt(long moment)
    {
        var minute = Floor(moment, 60_000);
        if (minute != _offsetMinute)
        {
            _offset = (long)zone.GetUtcOffset(DateTime.UnixEpoch.AddTicks(moment * TimeSpan.TicksPerMillisecond)).TotalMilliseconds;
            _offsetMinute = minute;
        }

        return _offset;
    }
}
