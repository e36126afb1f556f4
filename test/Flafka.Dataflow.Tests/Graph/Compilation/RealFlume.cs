using System.Diagnostics;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>Asks the real Flume what it makes of configurations, without starting an agent.</summary>
internal static class RealFlume
{
    private const string Program = "test/Flafka.Dataflow.Tests/TestData/Flume/Materialize.java";

    /// <summary>For each file the paths of agent <c>a1</c>: <c>r1 -&gt; c1, c1 -&gt; k1</c>. One Java process for all.</summary>
    public static string[] Paths(IReadOnlyList<string> files)
    {
        var start = new ProcessStartInfo(Path.Combine(Peers.Require("flume", "FLAFKA_TEST_FLUME"), "flume"), ["java", SourceTree.FullPath(Program), .. files])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LOG_LEVEL"] = "ERROR";
        using var process = Process.Start(start)!;
        using var limit = new Timer(static process => ((Process)process!).Kill(entireProcessTree: true), process, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        string[] found = [.. files.Select(file => lines.FirstOrDefault(line => line.StartsWith($"= {file} = ", StringComparison.Ordinal))?[(file.Length + 5)..] ?? "no answer")];
        return found.Contains("no answer") ? throw new InvalidOperationException($"Flume did not answer: {errors.Result}") : found;
    }
}
