using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Execution;

public class SourceHostTests
{
    [Test]
    public void A_source_that_failed_starts_again_although_a_sink_holds_what_it_sent([Range(1, 5)] int seed)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(seed);
        var sink = new PatientSink();
        var source = new StumblingSource();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime).Memory("c1", 100).Source("r1", source, ("c1", true)).Sink("k1", "c1", () => sink).Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            Assert.That(source.Runs, Is.EqualTo(2), "The failed run's events are settled and the source runs again.");
            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(sink.Texts, Is.EqualTo(["s-0", "s-1"]));
        ledger.AssertNoneOpen();
    }

    [Test]
    public void A_stop_while_a_failed_source_waits_for_its_receipts_is_no_matter_of_the_drain_time([Range(1, 5)] int seed)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(seed);
        var isBroken = true;
        var sink = new ScriptedSink((_, _, _) => isBroken ? throw new DeliveryException("not yet") : Task.CompletedTask);
        var source = new StumblingSource();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime).Memory("c1", 100).Source("r1", source, ("c1", true)).Sink("k1", "c1", () => sink).Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
            var stopping = graph.StopAsync(TimeSpan.FromHours(1));
            isBroken = false;
            await stopping;
            Assert.That(scheduler.Time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        });
        Assert.That(source.Runs, Is.EqualTo(1));
        ledger.AssertNoneOpen();
    }

    // Sends one event in each run; the first run fails behind it.
    private sealed class StumblingSource : ISource
    {
        public int Runs { get; private set; }

        public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
        {
            await output.SendAsync(new EventBatch([FlumeEvent.FromText($"s-{Runs}")], Receipt.Create(static _ => { })), stopping);
            if (++Runs == 1)
            {
                throw new InvalidOperationException("stumbled");
            }
        }
    }
}
