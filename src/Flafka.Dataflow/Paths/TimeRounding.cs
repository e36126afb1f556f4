namespace Flafka.Dataflow.Paths;

/// <summary>Rounds the time of a path down, by a field of the local day: seven minutes give :00, :07, ... :56.</summary>
/// <param name="Unit">The field.</param>
/// <param name="Value">What it is rounded down to a multiple of; 1 to 60 for seconds and minutes, 1 to 24 for hours.</param>
public sealed record TimeRounding(RoundUnit Unit, int Value)
{
    private const long Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>The rounded moment, in milliseconds since the epoch.</summary>
    public long Round(long milliseconds, TimeZoneInfo zone)
    {
        var utc = DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond);
        var local = milliseconds + (zone.GetUtcOffset(utc).Ticks / TimeSpan.TicksPerMillisecond);
        var midnight = local - PositiveRemainder(local, Day);
        var field = Unit switch { RoundUnit.Second => Second, RoundUnit.Minute => Minute, _ => Hour };
        var fieldsPerPeriod = Unit == RoundUnit.Hour ? 24 : 60;
        var fields = (local - midnight) / field;
        fields -= fields % fieldsPerPeriod % Value;
        var rounded = midnight + (fields * field);

        // Flume-compatible: a local time that occurs twice, or never, is taken by standard time; so does this overload for unspecified times.
        var offset = zone.GetUtcOffset(DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(rounded * TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified));
        return rounded - (offset.Ticks / TimeSpan.TicksPerMillisecond);
    }

    private static long PositiveRemainder(long value, long divisor) => ((value % divisor) + divisor) % divisor;
}
