namespace Flafka.Dataflow.Storage.Paths;

/// <summary>The fields of a moment in a zone, after rounding.</summary>
internal readonly record struct LocalTime(
    int Year, int Month, int Day, int DayOfYear, DayOfWeek DayOfWeek, int Hour, int Minute, int Second, long EpochSeconds, int OffsetMinutes);
