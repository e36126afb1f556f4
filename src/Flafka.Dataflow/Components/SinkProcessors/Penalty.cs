namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>How long a sink is left alone after failures in a row: 2, 4, 8 ... s up to a limit.</summary>
internal static class Penalty
{
    private const int Doublings = 31;

    // Flume: computes in 32 bits, so that counts above 21 give times in the past.
    public static TimeSpan After(int failures, TimeSpan limit)
    {
        var time = TimeSpan.FromSeconds(1L << Math.Min(failures, Doublings));
        return time < limit ? time : limit;
    }
}
