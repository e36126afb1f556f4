namespace Flafka.Dataflow.Paths;

/// <summary>The field of a time that is rounded down.</summary>
public enum RoundUnit
{
    /// <summary>Seconds of the minute.</summary>
    Second,

    /// <summary>Minutes of the hour.</summary>
    Minute,

    /// <summary>Hours of the day.</summary>
    Hour,
}
