using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Library;

public class FlafkaGraphTests
{
    [Test]
    public void Own_source_interceptor_and_sink_make_a_graph()
    {
        var collected = new List<string>();
        var graph = FlafkaGraph.Create("a1")
            .Source<OwnSource>("r1", ["c1"], [InterceptorUse.Of<OwnInterceptor>(), InterceptorUse.Of("static", ("key", "place"), ("value", "here"))], ("word", "number"))
            .Channel("c1", "memory")
            .Sink<OwnSink>("k1", "c1");
        RunToEnd(runtime => graph.Build(services: new OneService<ICollection<string>>(collected), runtime: runtime));
        Assert.That(collected, Is.EqualTo(new[] { "number 1", "number 3" }));
    }

    [Test]
    public void Selectors_and_groups_are_set_by_their_keys()
    {
        var first = new CollectingSink();
        var second = new CollectingSink();
        var graph = FlafkaGraph.Create("a1")
            .Source("r1", "seq", ["c1", "c2"], options: ("totalEvents", "3"))
            .Set("sources.r1.selector.type", "multiplexing")
            .Set("sources.r1.selector.header", "kind")
            .Set("sources.r1.selector.default", "c2")
            .Channel("c1", "memory")
            .Channel("c2", "memory")
            .Sink("k1", "c1", first.WriteAsync)
            .Sink("k2", "c2", second.WriteAsync);
        RunToEnd(runtime => graph.Build(runtime: runtime));
        Assert.That((first.Events.Count, second.Texts.ToArray()), Is.EqualTo((0, new[] { "0", "1", "2" })));
    }

    [Test]
    public void A_sink_that_is_a_method_gets_batches_of_the_size_it_asks_for()
    {
        var sizes = new List<int>();
        var graph = FlafkaGraph.Create("a1")
            .Source("r1", async (output, stopping) => await output.DeliverAsync([.. Enumerable.Repeat(FlumeEvent.FromText("x"), 10)], stopping), ["c1"])
            .Channel("c1", "memory")
            .Sink("k1", "c1", (events, abort) =>
            {
                sizes.Add(events.Length);
                return Task.CompletedTask;
            }, batchSize: 4);
        RunToEnd(runtime => graph.Build(runtime: runtime));
        Assert.That(sizes, Is.EqualTo(new[] { 4, 4, 2 }));
    }

    [Test]
    public void Every_mistake_in_code_is_reported_at_once_and_names_its_call()
    {
        var graph = FlafkaGraph.Create("a1")
            .Source<OwnSource>("r1", ["c9"], ["tymestamp"], ("wurd", "x"), ("count", "many"))
            .Source("r1", "seq", ["c1"])
            .Channel("c1", "memory", ("capacity", "10"), ("transactionCapacity", "10"))
            .Sink("k1", "c1", (_, _) => Task.CompletedTask, batchSize: 100)
            .Sink("k2", "c2", "nul")
            .Set("sinkgroups", "g1");
        Assert.That(() => graph.Build(), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("""
            Source("r1"): error FLK1004: a1.sources.r1: there are two of this name
                Give one of them another name.
            Set("sinkgroups"): error FLK3002: a1.sinkgroups: the sink group 'g1' is listed but has no keys
                Add a1.sinkgroups.g1.sinks = ..., or take it off the list.
            Source("r1"): error FLK3005: a1.sources.r1.channels: the channel 'c9' is not defined
                Did you mean 'c1'?
            Sink("k2"): error FLK3005: a1.sinks.k2.channel: the channel 'c2' is not defined
                Did you mean 'c1'?
            Source("r1"): error FLK2006: a1.sources.r1.wurd: the source 'OwnSource' has no key 'wurd'
                Did you mean 'word'?
            Source("r1"): error FLK2003: a1.sources.r1.count: 'many' is not a whole number
                The default is 3.
            Source("r1"): error FLK2001: a1.sources.r1.interceptors.i1.type: 'tymestamp' is not a known interceptor
                Did you mean 'timestamp'?
            Sink("k2"): error FLK2001: a1.sinks.k2.type: 'nul' is not a known sink
                Did you mean 'null'?
            Sink("k1"): error FLK3030: a1.sinks.k1.batchSize: a batch of 100 events does not fit into a transaction of the channel 'c1', which holds 10
                Set a1.channels.c1.transactionCapacity = 100 or more, or a1.sinks.k1.batchSize = 10 or less.
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void An_agent_without_anything_is_a_mistake() => Assert.That(
        () => FlafkaGraph.Create("a1").Build(),
        Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("Create(\"a1\"): error FLK3004: a1: "));

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a.b")]
    public void A_name_has_neither_blanks_nor_dots(string name)
    {
        Assert.That(() => FlafkaGraph.Create(name), Throws.ArgumentException);
        Assert.That(() => FlafkaGraph.Create("a1").Channel(name, "memory"), Throws.ArgumentException);
    }

    [Test]
    public void Warnings_are_logged()
    {
        var loggers = new RecordingLoggers();
        FlafkaGraph.Create("a1")
            .Source("r1", "seq", ["c1"])
            .Channel("c1", "memory", ("colour", "red"))
            .Sink("k1", "c1", "null")
            .Build(loggers);
        Assert.That(loggers.Texts, Has.Some.Contains("Channel(\"c1\"): warning FLK2007: a1.channels.c1.colour"));
    }

    [Test]
    public void The_program_puts_events_in_before_and_while_the_graph_runs_and_not_after()
    {
        var sink = new CollectingSink();
        var graph = FlafkaGraph.Create("a1").Embedded("app", ["c1"], ["timestamp"]).Channel("c1", "memory").Sink("k1", "c1", sink.WriteAsync);
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            await using var agent = graph.Build(runtime: scheduler.Runtime);
            var early = agent.PutAsync([FlumeEvent.FromText("early")]);
            await agent.StartAsync(CancellationToken.None);
            await early;
            await agent.PutAsync("app", [FlumeEvent.FromText("one"), FlumeEvent.FromText("two")]);
            await agent.StopAsync(TimeSpan.FromSeconds(8));
            Assert.That(await RefusalAsync(agent.PutAsync([FlumeEvent.FromText("late")])), Is.TypeOf<DeliveryException>());
        });
        Assert.That(sink.Texts, Is.EqualTo(new[] { "early", "one", "two" }));
        Assert.That(sink.Events, Has.All.Matches<FlumeEvent>(e => e.Headers.TryGet("timestamp", out _)));
    }

    [Test]
    public void A_put_that_finds_no_room_is_told_so()
    {
        var graph = FlafkaGraph.Create("a1")
            .Embedded("app", ["c1"])
            .Channel("c1", "memory", ("capacity", "1"), ("transactionCapacity", "1"), ("keep-alive", "1"))
            .Sink("k1", "c1", (_, _) => throw new DeliveryException("away"));
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            await using var agent = graph.Build(runtime: scheduler.Runtime);
            await agent.StartAsync(CancellationToken.None);
            await agent.PutAsync([FlumeEvent.FromText("one")]);
            Assert.That(await RefusalAsync(agent.PutAsync([FlumeEvent.FromText("two")])), Is.TypeOf<ChannelFullException>());
        });
    }

    [Test]
    public void A_put_needs_an_embedded_source()
    {
        var graph = FlafkaGraph.Create("a1").Source("r1", "seq", ["c1"]).Channel("c1", "memory").Sink("k1", "c1", "null").Build();
        Assert.That(async () => await graph.PutAsync([FlumeEvent.FromText("x")]), Throws.InvalidOperationException.With.Message.Contains("no embedded source"));
    }

    [Test]
    public void A_class_that_cannot_be_a_component_is_a_finding() => Assert.That(
        () => FlafkaGraph.Create("a1").Source<TwoConstructors>("r1", ["c1"]).Channel("c1", "memory").Sink("k1", "c1", "null").Build(),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains($"error FLK2019: a1: The component {typeof(TwoConstructors)} has 2 public constructors; it needs one"));

    [Test]
    public void Two_components_of_one_name_are_a_finding() => Assert.That(
        () => FlafkaGraph.Create("a1").AddComponentsFrom(typeof(Graph.Compilation.Sample).Assembly).Source("r1", "seq", ["c1"]).Channel("c1", "memory").Sink("k1", "c1", "null").Build(),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("error FLK2019: a1: ").And.Message.Contains(" are both the "));

    private sealed class TwoConstructors : ISource
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(AgentRuntime runtime) => _ = runtime;

        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    // NUnit would block the one thread of the simulation to wait for it.
    private static async Task<DeliveryException?> RefusalAsync(Task put)
    {
        try
        {
            await put;
            return null;
        }
        catch (DeliveryException refused)
        {
            return refused;
        }
    }

    /// <summary>Runs a graph in simulated time until its sources have ended and everything is delivered.</summary>
    private static void RunToEnd(Func<AgentRuntime, AgentGraph> build)
    {
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            await using var graph = build(scheduler.Runtime);
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }

            Assert.That((await graph.StopAsync(TimeSpan.FromSeconds(8))).Drained, Is.True);
        });
    }
}
