using System.Globalization;
using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>What resolving an hdfs path costs: a pattern with every kind of escape against one with a single header.</summary>
internal static class PathBenchmark
{
    private const int Events = 1_000_000;
    private const string Rich = "/logs/%{dir}/%{src}/%Y-%m-%d/%Y-%m-%d-%H-%M-%S.%{host}.%{src}";
    private const string Plain = "/logs/%{file-name}";

    public static IEnumerable<BenchmarkRow> Run()
    {
        yield return Row("paths: own headers for each event, 10 ms apart", 1);
        yield return Row("paths: headers shared by 100 events, 1 s apart", 100);
    }

    private static BenchmarkRow Row(string name, int shared)
    {
        var headers = new EventHeaders[Events];
        for (var i = 0; i < Events; i++)
        {
            headers[i] = i % shared > 0
                ? headers[i - 1]
                : EventHeaders.Empty.Set("dir", "d1").Set("src", "app7").Set("host", "web01").Set("file-name", "access.log").Set("timestamp", 1_760_000_000_000L + (i * 10L));
        }

        var (rich, plain) = Measure.Pair(() => Resolve(Rich, headers), () => Resolve(Plain, headers));
        return new BenchmarkRow(name, Cost(rich), Cost(plain), rich.Seconds / plain.Seconds);
    }

    private static void Resolve(string pattern, EventHeaders[] headers)
    {
        var path = new BucketPath(PathTemplate.Parse(pattern), new PathClock(TimeZoneInfo.Utc, null), useLocalTime: false);
        var changes = 0;
        foreach (var one in headers)
        {
            changes += path.IsSame(one) ? 0 : 1;
        }

        if (changes == 0)
        {
            throw new InvalidOperationException("No path was made.");
        }
    }

    private static string Cost(Measure.Result result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Seconds / Events * 1e9:0.0} ns/event, {result.Bytes / (double)Events:0.0} B/event");
}
