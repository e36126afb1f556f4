using Flafka.Dataflow.Runner.Execution;
using Flafka.Dataflow.Runner.Output;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Execution;

public class ProgressReportTests
{
    private const string Text = """
        a1.sources = r1 r2 r3
        a1.channels = c1 c2 c3
        a1.sinks = k1 k2 k3
        a1.sources.r1.type = http
        a1.sources.r1.port = 0
        a1.sources.r1.channels = c1
        a1.sources.r2.type = http
        a1.sources.r2.port = 0
        a1.sources.r2.channels = c2
        a1.sources.r3.type = http
        a1.sources.r3.port = 0
        a1.sources.r3.channels = c2 c3
        a1.channels.c1.type = memory
        a1.channels.c2.type = memory
        a1.channels.c3.type = memory
        a1.sinks.k1.type = null
        a1.sinks.k1.channel = c1
        a1.sinks.k2.type = null
        a1.sinks.k2.channel = c2
        a1.sinks.k3.type = null
        a1.sinks.k3.channel = c3
        """;

    [Test]
    public void What_is_joined_is_one_flow() =>
        Assert.That(Flow.Of(Plan()).Select(flow => flow.Name), Is.EqualTo(new[] { "r1 -> c1 -> k1", "r2, r3 -> c2, c3 -> k2, k3" }));

    [Test]
    public void Every_flow_has_a_line_a_minute_with_its_last_error_and_totals_come_at_the_end()
    {
        var text = new StringWriter();
        Report(new ConsoleOutput(text, isTerminal: false), report: TimeSpan.FromSeconds(130));
        Assert.That(Lines(text), Is.EqualTo(new[]
        {
            "INFO  r1 -> c1 -> k1: in 20, held 20 (oldest for 60.0 s), out 0; last error: a1.sinks.k1: no server",
            "INFO  r2, r3 -> c2, c3 -> k2, k3: in 30, held 0, out 30.",
            "INFO  r1 -> c1 -> k1: in 20, held 0, out 20; last error: a1.sinks.k1: no server (over)",
            "INFO  r2, r3 -> c2, c3 -> k2, k3: in 30, held 0, out 30.",
            "INFO  Agent a1 ended: in 50, held 0, out 50 in 130.0 s, 0 events/s.",
        }));
    }

    [Test]
    public void On_a_terminal_one_line_changes_every_second_and_goes_away_at_the_end()
    {
        var text = new StringWriter();
        Report(new ConsoleOutput(text, isTerminal: true), report: TimeSpan.FromSeconds(2.5));
        var parts = text.ToString().Split("\r\u001b[K");
        Assert.That(parts[1..3], Is.EqualTo(new[] { "in 50, held 20 (oldest for 1.0 s), out 30, 30 events/s", "in 50, held 20 (oldest for 2.0 s), out 30, 0 events/s" }));
        Assert.That(parts[3], Does.EndWith("ended: in 50, held 20 (oldest for 2.5 s), out 30 in 2.5 s, 12 events/s.\n"));
    }

    [Test]
    public void A_line_of_the_log_stands_above_the_line_that_changes()
    {
        var text = new StringWriter();
        var output = new ConsoleOutput(text, isTerminal: true);
        output.WriteLine("first");
        output.ShowProgress("at work");
        output.WriteLine("second");
        output.EndProgress();
        output.EndProgress();
        Assert.That(text.ToString(), Is.EqualTo("first\n\r\u001b[Kat work\r\u001b[Ksecond\nat work\r\u001b[K"));
    }

    private static void Report(ConsoleOutput output, TimeSpan report)
    {
        var scheduler = new SimulatedScheduler(1);
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(new ConsoleLoggerProvider(output, scheduler.Time, withDetails: false)));
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100).Memory("c2", 100).Memory("c3", 100)
                .Source("r1", new RereadingSource("r1", 20, () => 20), ("c1", true))
                .Source("r2", new RereadingSource("r2", 10, () => 10), ("c2", true))
                .Source("r3", new RereadingSource("r3", 20, () => 20), ("c2", true))
                .Sink("k1", "c1", () => new ScriptedSink((_, _, _) => scheduler.Time.Elapsed < TimeSpan.FromSeconds(90) ? throw new DeliveryException("no server") : Task.CompletedTask))
                .Sink("k2", "c2", () => new CollectingSink())
                .Build();
            await graph.StartAsync(CancellationToken.None);
            var progress = new ProgressReport(scheduler.Runtime, graph, Plan(), output, loggers.CreateLogger("test"));
            using var ended = new CancellationTokenSource();
            var reporting = scheduler.Runtime.Start(() => progress.RunAsync(ended.Token));
            await scheduler.Runtime.DelayAsync(report, CancellationToken.None);
            ended.Cancel();
            await reporting;
            progress.LogTotals();
            await graph.StopAsync(TimeSpan.Zero);
        });
    }

    private static GraphPlan Plan()
    {
        var bag = new DiagnosticBag();
        return new GraphCompiler(KnownComponents.Registry).Compile(ConfigurationReader.Read(Text, "agent.conf", [], _ => null, bag), "a1", bag)!;
    }

    private static IEnumerable<string> Lines(StringWriter text) =>
        text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line["yyyy-MM-dd HH:mm:ss.fff ".Length..]);
}
