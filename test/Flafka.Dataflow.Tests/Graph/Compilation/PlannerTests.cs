using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class PlannerTests
{
    [Test]
    public void A_correct_agent_becomes_source_channel_and_sink()
    {
        var plan = Compile.Plan(Compile.Correct);
        Assert.That(plan.Agent, Is.EqualTo("a1"));
        Assert.That(plan.Nodes.Select(node => node.Id), Is.EqualTo(new[] { "source:r1", "channel:c1", "sink:k1" }));
        Assert.That(
            plan.Edges,
            Is.EqualTo(new[] { new PlanEdge("source:r1", "channel:c1", EdgeKind.Required, EndToEnd: true), new PlanEdge("channel:c1", "sink:k1", EdgeKind.Lease) }));
        Assert.That(((IngressNode)plan.Nodes[0]).Selector.Descriptor.Alias, Is.EqualTo("replicating"));
        Assert.That(((EgressNode)plan.Nodes[2]).Processor, Is.Null);
    }

    [Test]
    public void Json_gives_the_same_plan()
    {
        var plan = Compile.Plan("""
            {
              "a1": {
                "sources": { "r1": { "type": "SPOOL", "spoolDir": "/in", "channels": ["c1"] } },
                "channels": { "c1": { "type": "memory" } },
                "sinks": { "k1": { "type": "org.example.RollSink", "sink": { "directory": "/out" }, "channel": "c1" } }
              }
            }
            """);
        PlanComparison.AssertSame(plan, Compile.Plan(Compile.Correct));
    }

    [Test]
    public void Sinks_of_a_group_are_one_node_with_the_smallest_batch()
    {
        var plan = Compile.Plan(Compile.Correct.Replace("a1.sinks = k1", "a1.sinks = k1 k2 k3") + """

            a1.sinks.k2.type = null
            a1.sinks.k2.channel = c1
            a1.sinks.k3.type = null
            a1.sinks.k3.channel = c1
            a1.sinkgroups = g1
            a1.sinkgroups.g1.sinks = k2 k1
            a1.sinkgroups.g1.processor.type = failover
            a1.sinkgroups.g1.processor.priority.k1 = 5
            a1.sinks.k1.sink.batchSize = 20
            """);
        Assert.That(plan.Nodes.Select(node => node.Id), Is.EqualTo(new[] { "source:r1", "channel:c1", "group:g1", "sink:k3" }));
        var group = (EgressNode)plan.Nodes[2];
        Assert.That(group.Sinks.Select(sink => sink.Definition.Id.Name), Is.EqualTo(new[] { "k2", "k1" }));
        Assert.That(group.MaxEvents, Is.EqualTo(20));
        Assert.That(((Sample.FailoverOptions)group.Processor!.Options).Priority, Is.EqualTo(new Dictionary<string, string> { ["k1"] = "5" }));
    }

    [TestCase("a1.sinks.k1.sink.batchSize = 50", 50)]
    [TestCase("a1.sinks.k1.sink.batchSize = 100", 100)]
    [TestCase("", 100)]
    public void A_lease_holds_the_sinks_batch(string line, int expected) =>
        Assert.That(((EgressNode)Compile.Plan($"{Compile.Correct}\n{line}").Nodes[2]).MaxEvents, Is.EqualTo(expected));

    [Test]
    public void A_lease_of_a_sink_without_batch_is_no_larger_than_the_channels_transaction()
    {
        var text = Compile.Correct.Replace("file_roll", "null").Replace("a1.sinks.k1.sink.directory = /out\n", "") + "\na1.channels.c1.transactionCapacity = 30\na1.sources.r1.batchSize = 30";
        Assert.That(((EgressNode)Compile.Plan(text).Nodes[2]).MaxEvents, Is.EqualTo(30));
    }

    [TestCase("memory", "spool", "", true)]
    [TestCase("memory", "spool", "channel", false)]
    [TestCase("memory", "listen", "", false)]
    [TestCase("memory", "listen", "end-to-end", true)]
    [TestCase("durable", "spool", "", false)]
    [TestCase("durable", "spool", "auto", false)]
    public void Acknowledgement_is_resolved_for_every_edge(string channel, string source, string acknowledge, bool expected)
    {
        var text = Compile.Correct.Replace("= memory", $"= {channel}").Replace("= spool\n", $"= {source}\n")
            + (acknowledge.Length > 0 ? $"\na1.channels.c1.acknowledge = {acknowledge}" : "");
        text = source == "listen" ? text.Replace("spoolDir = /in", "port = 44444") : text;
        Assert.That(Compile.Plan(text).Edges[0].EndToEnd, Is.EqualTo(expected));
    }

    [Test]
    public void An_optional_channel_is_an_optional_edge_in_the_order_of_the_list()
    {
        var plan = Compile.Plan(Two("a1.sources.r1.selector.optional = c2"));
        Assert.That(plan.Edges[0], Is.EqualTo(new PlanEdge("source:r1", "channel:c2", EdgeKind.Optional)));
        Assert.That(plan.Edges[1], Is.EqualTo(new PlanEdge("source:r1", "channel:c1", EdgeKind.Required, EndToEnd: true)));
    }

    [Test]
    public void A_channel_that_is_required_for_some_events_is_required()
    {
        var plan = Compile.Plan(Two("a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.mapping.US = c1\na1.sources.r1.selector.mapping.us = c2\na1.sources.r1.selector.optional.x = c1"));
        Assert.That(plan.Edges.Take(2).Select(edge => edge.Kind), Is.All.EqualTo(EdgeKind.Required));
    }

    [Test]
    public void Interceptors_keep_the_order_of_their_list()
    {
        var plan = Compile.Plan(Compile.Correct + "\na1.sources.r1.interceptors = b a\na1.sources.r1.interceptors.a.type = stamp\na1.sources.r1.interceptors.b.type = org.example.StampInterceptor");
        Assert.That(((IngressNode)plan.Nodes[0]).Interceptors.Select(interceptor => interceptor.Definition.Id.ToString()), Is.EqualTo(new[] { "a1.sources.r1.interceptors.b", "a1.sources.r1.interceptors.a" }));
    }

    [Test]
    public void A_channel_that_nobody_uses_is_left_out()
    {
        var bag = new DiagnosticBag();
        var plan = Compile.Text(Compile.Correct.Replace("channels = c1\na1.sinks", "channels = c1 c2\na1.sinks") + "\na1.channels.c2.type = memory", bag)!;
        Assert.That(plan.Nodes.Select(node => node.Id), Does.Not.Contain("channel:c2"));
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith("agent.conf(11,13): warning FLK3020: a1.channels.c2: no source and no sink uses the channel; it is left out\n"));
    }

    [Test]
    public void Only_sources_or_only_sinks_is_an_agent()
    {
        Assert.That(Compile.Plan("a1.channels = c1\na1.channels.c1.type = durable\na1.sinks = k1\na1.sinks.k1.type = null\na1.sinks.k1.channel = c1").Nodes, Has.Length.EqualTo(2));
        Assert.That(Compile.Plan("a1.channels = c1\na1.channels.c1.type = durable\na1.sources = r1\na1.sources.r1.type = listen\na1.sources.r1.port = 1\na1.sources.r1.channels = c1").Nodes, Has.Length.EqualTo(2));
    }

    private static string Two(string selector) => Compile.Correct.Replace("a1.channels = c1", "a1.channels = c1 c2").Replace("r1.channels = c1", "r1.channels = c2 c1")
        .Replace("a1.sinks = k1", "a1.sinks = k1 k2") + $"\na1.channels.c2.type = memory\na1.sinks.k2.type = null\na1.sinks.k2.channel = c2\n{selector}";
}
