using System.Diagnostics;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>Times two things in turns, so that a noisy machine disturbs both alike.</summary>
internal static class Measure
{
    /// <summary>The best of several rounds of each, in seconds, and the bytes allocated in the best round.</summary>
    public static (Result Ours, Result Baseline) Pair(Action ours, Action baseline, int rounds = 7)
    {
        for (var round = 0; round < 2; round++)
        {
            Once(baseline); // compiled for speed from here on
            Once(ours);
        }

        Result best = default, bestBaseline = default;
        for (var round = 0; round < rounds; round++)
        {
            Keep(ref bestBaseline, Once(baseline));
            Keep(ref best, Once(ours));
        }

        return (best, bestBaseline);
    }

    private static void Keep(ref Result best, Result result)
    {
        if (best.Seconds == 0 || result.Seconds < best.Seconds)
        {
            best = result;
        }
    }

    private static Result Once(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        action();
        return new Result(Stopwatch.GetElapsedTime(start).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    internal readonly record struct Result(double Seconds, long Bytes);
}
