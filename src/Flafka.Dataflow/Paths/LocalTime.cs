namespace Flafka.Dataflow.Paths;

/// <summary>The fields of a moment in a zone, after rounding.</summary>
internal struct LocalTime
{
    public int Year;
    public int Month;
    public int Day;
    public int DayOfYear;
    public DayOfWeek DayOfWeek;
    public int Hour;
    public int Minute;
    public int Second;
    public int OffsetMinutes;
    public long EpochSeconds;
}
