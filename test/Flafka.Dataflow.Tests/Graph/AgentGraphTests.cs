using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph;

public class AgentGraphTests
{
    [Test]
    public void Events_go_from_source_to_sink_in_order_and_everything_settles([Values] bool endToEnd)
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(1);
        var sink = new CollectingSink();
        var source = new RereadingSource("s", 1000, () => 7);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", source, ("c1", endToEnd))
                .Sink("k1", "c1", () => sink)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }

            var result = await graph.StopAsync(TimeSpan.FromSeconds(8));
            Assert.That(result.Drained, Is.True);
        });
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, 1000).Select(n => $"s-{n}")));
        ledger.AssertNoneOpen();
    }

    [Test]
    public void A_failing_sink_backs_off_by_1_2_3_4_5_5_seconds_and_loses_nothing()
    {
        var scheduler = new SimulatedScheduler(1);
        var times = new List<double>();
        var delivered = new List<string>();
        var sink = new ScriptedSink((call, events, _) =>
        {
            times.Add(scheduler.Time.Elapsed.TotalSeconds);
            if (call <= 7)
            {
                throw new DeliveryException("not yet");
            }

            delivered.AddRange(events.Select(e => e.ToString()));
            return Task.CompletedTask;
        });
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 10, () => 10), ("c1", true))
                .Sink("k1", "c1", () => sink)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None);
            }

            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(times.Zip(times.Skip(1), (a, b) => b - a), Is.EqualTo([1, 2, 3, 4, 5, 5, 5]).Within(0.001));
        Assert.That(delivered, Has.Count.EqualTo(10));
    }

    [Test]
    public void A_stop_waits_for_no_event_that_its_source_reads_again()
    {
        var scheduler = new SimulatedScheduler(3);
        var source = new RereadingSource("s", 1000, () => 10);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 1000)
                .Source("r1", source, ("c1", true))
                .Sink("k1", "c1", () => new ScriptedSink((_, _, _) => throw new DeliveryException("broken")))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            var result = await graph.StopAsync(TimeSpan.FromSeconds(8));
            Assert.That(result.Drained, Is.True);
        });
        Assert.That(source.Position, Is.Zero);
    }

    [Test]
    public void A_stop_that_runs_out_of_time_names_what_is_lost()
    {
        var scheduler = new SimulatedScheduler(3);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 1000)
                .Source("r1", new RereadingSource("s", 500, () => 10), ("c1", false))
                .Sink("k1", "c1", () => new ScriptedSink((_, _, _) => throw new DeliveryException("broken")))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            var result = await graph.StopAsync(TimeSpan.FromSeconds(8));
            Assert.That(result.Drained, Is.False);
            Assert.That(result.LeftInChannel["c1"], Is.EqualTo(500));
        });
    }

    [Test]
    public void A_sink_that_hangs_is_abandoned_and_a_new_instance_takes_over()
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(5);
        var good = new CollectingSink();
        var made = 0;
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 50, () => 10), ("c1", true))
                .Sink("k1", "c1", () => made++ == 0
                    ? new ScriptedSink((_, _, _) => new TaskCompletionSource().Task, TimeSpan.FromSeconds(2))
                    : good)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None);
            }

            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(made, Is.EqualTo(2));
        Assert.That(good.Texts, Is.EqualTo(Enumerable.Range(0, 50).Select(n => $"s-{n}")));
        ledger.AssertNoneOpen();
    }

    [Test]
    public void A_sink_that_holds_and_gives_back_later_is_failing_until_it_commits()
    {
        using var ledger = ReceiptLedger.Begin();
        var scheduler = new SimulatedScheduler(6);
        var sink = new LateSink(failures: 3);
        var problems = new HashSet<string?>();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 50, () => 10), ("c1", true))
                .Sink("k1", "c1", () => sink)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            var health = graph.Health.Single(item => item.Id.Kind == ComponentKind.Sink);
            while (!graph.IsFinished)
            {
                problems.Add(health.Problem);
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }

            Assert.That(health.Problem, Is.Null);
            Assert.That(health.State, Is.EqualTo(ComponentState.Running));
            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(problems, Does.Contain("later"));
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, 50).Select(n => $"s-{n}")));
        ledger.AssertNoneOpen();
    }

    [Test]
    public void A_sink_that_holds_is_tried_again_after_longer_and_longer_pauses_until_it_delivers()
    {
        var scheduler = new SimulatedScheduler(6);
        var failures = 6;
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 10, () => 10), ("c1", true))
                .Sink("k1", "c1", () => new AnsweringSink(scheduler.Runtime, () => failures-- > 0))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }

            Assert.That(scheduler.Time.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1 + 2 + 3 + 4 + 5 + 5)));
            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
    }

    [Test]
    public void Health_shows_what_a_running_sink_says_of_itself()
    {
        var scheduler = new SimulatedScheduler(6);
        var sink = new LateSink(failures: 0) { Problem = "its server is away" };
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 50, () => 10), ("c1", true))
                .Sink("k1", "c1", () => sink)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            var health = graph.Health.Single(item => item.Id.Kind == ComponentKind.Sink);
            Assert.That((health.State, health.Problem), Is.EqualTo((ComponentState.Failing, "its server is away")));
            sink.Problem = null;
            Assert.That((health.State, health.Problem), Is.EqualTo((ComponentState.Running, (string?)null)));
            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
    }

    // Takes each lease and settles it a moment later, as a server does that answers soon.
    private sealed class AnsweringSink(AgentRuntime runtime, Func<bool> fails) : IHoldingSink
    {
        private Task _settling = Task.CompletedTask;

        public int MaxHeldEvents => 100;

        public ValueTask AcceptAsync(Lease lease, CancellationToken abort)
        {
            _settling = runtime.Start(() => SettleAsync(lease));
            return ValueTask.CompletedTask;
        }

        public Task FlushAsync(CancellationToken abort) => _settling;

        private async Task SettleAsync(Lease lease)
        {
            await runtime.DelayAsync(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            if (fails())
            {
                lease.Rollback(new DeliveryException("refused"));
            }
            else
            {
                lease.Commit();
            }
        }
    }

    // Settles each lease when it is asked to flush or takes the next one.
    private sealed class LateSink(int failures) : IHoldingSink
    {
        private readonly List<string> _texts = [];
        private readonly List<Lease> _held = [];
        private int _failures = failures;

        public IReadOnlyList<string> Texts => _texts;

        public int MaxHeldEvents => 100;

        public string? Problem { get; set; }

        public ValueTask AcceptAsync(Lease lease, CancellationToken abort)
        {
            _held.Add(lease);
            return _held.Count > 1 ? new ValueTask(FlushAsync(abort)) : ValueTask.CompletedTask;
        }

        public Task FlushAsync(CancellationToken abort)
        {
            foreach (var lease in _held)
            {
                if (_failures-- > 0)
                {
                    lease.Rollback(new DeliveryException("later"));
                }
                else
                {
                    _texts.AddRange(lease.Events.Select(e => e.ToString()));
                    lease.Commit();
                }
            }

            _held.Clear();
            return Task.CompletedTask;
        }
    }

    [Test]
    public void A_stop_ends_although_a_component_is_deaf([Values] Deafness deafness, [Range(1, 3)] int seed)
    {
        var scheduler = new SimulatedScheduler(seed);
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime)
                .Memory("c1", 100)
                .Source("r1", new RereadingSource("s", 50, () => 10), deafness == Deafness.Interceptor ? [new DeafInterceptor()] : [], new ReplicateToAll(), ("c1", true))
                .Sink("k1", "c1", () => new DeafSink(deafness))
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            var stop = graph.StopAsync(TimeSpan.FromSeconds(2));
            Assert.That(await Join.WithinAsync(scheduler.Runtime, stop, TimeSpan.FromMinutes(1), CancellationToken.None), Is.True, "the stop hangs");
            Assert.That((await stop).Drained, Is.True, "the source reads again");
        });
    }

    [Test]
    public void A_start_that_fails_again_and_again_is_told_once_and_then_once_a_minute()
    {
        var scheduler = new SimulatedScheduler(1);
        using var loggers = new RecordingLoggers();
        scheduler.Run(async () =>
        {
            var graph = new SimulatedGraph(scheduler.Runtime, loggers)
                .Memory("c1", 100)
                .Sink("k1", "c1", () => new BrokenSink())
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(125), CancellationToken.None);
            await graph.StopAsync(TimeSpan.Zero);
        });
        var lines = loggers.Texts.Where(text => text.Contains("no such disk", StringComparison.Ordinal)).ToArray();
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[1], Does.EndWith("no such disk (20 more times)"));
    }

    private sealed class BrokenSink : ISink
    {
        public Task StartAsync(CancellationToken abort) => throw new IOException("no such disk");

        public Task WriteAsync(System.Collections.Immutable.ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    /// <summary>Where a component never answers, whatever token fires.</summary>
    public enum Deafness
    {
        Interceptor,
        SinkStart,
        SinkStop,
        SinkAccept,
        SinkFlush,
        SinkNeverSettles,
    }

    private sealed class DeafInterceptor : IInterceptor
    {
        public async ValueTask<System.Collections.Immutable.ImmutableArray<FlumeEvent>> InterceptAsync(
            System.Collections.Immutable.ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            await new TaskCompletionSource().Task;
            return events;
        }
    }

    private sealed class DeafSink(Deafness deafness) : IHoldingSink
    {
        private static readonly Task Forever = new TaskCompletionSource().Task;

        public int MaxHeldEvents => 1000;

        public Task StartAsync(CancellationToken abort) => deafness == Deafness.SinkStart ? Forever : Task.CompletedTask;

        public Task StopAsync(CancellationToken abort) => deafness == Deafness.SinkStop ? Forever : Task.CompletedTask;

        public async ValueTask AcceptAsync(Lease lease, CancellationToken abort)
        {
            if (deafness == Deafness.SinkAccept)
            {
                await Forever;
            }

            if (deafness is Deafness.Interceptor or Deafness.SinkStop)
            {
                lease.Commit();
            }
        }

        public async Task FlushAsync(CancellationToken abort)
        {
            if (deafness == Deafness.SinkFlush)
            {
                await Forever;
            }
        }
    }
}
