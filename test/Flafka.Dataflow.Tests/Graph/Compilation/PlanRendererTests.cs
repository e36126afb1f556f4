using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class PlanRendererTests
{
    [Test]
    public void A_plan_shows_components_changed_options_edges_and_guarantees()
    {
        var plan = Compile.Plan("""
            a1.sources = r1 r2
            a1.channels = c1 c2
            a1.sinks = k1 k2 k3
            a1.sinkgroups = g1
            a1.sources.r1.type = spool
            a1.sources.r1.spoolDir = /in
            a1.sources.r1.batchSize = 100
            a1.sources.r1.channels = c1 c2
            a1.sources.r1.deserializer.maxLineLength = 10
            a1.sources.r1.interceptors = i1
            a1.sources.r1.interceptors.i1.type = stamp
            a1.sources.r1.interceptors.i1.preserveExisting = TRUE
            a1.sources.r1.selector.optional = c2
            a1.sources.r2.type = listen
            a1.sources.r2.port = 44444
            a1.sources.r2.channels = c1
            a1.channels.c1.type = memory
            a1.channels.c1.capacity = 10000
            a1.channels.c1.keep-alive = 500ms
            a1.channels.c2.type = durable
            a1.channels.c2.dataDirs = /a, /b
            a1.sinks.k1.type = file_roll
            a1.sinks.k1.sink.directory = /out
            a1.sinks.k1.channel = c1
            a1.sinks.k2.type = queue
            a1.sinks.k2.kafka.bootstrap.servers = h:1
            a1.sinks.k2.password = geheim
            a1.sinks.k2.kafka.producer.sasl.jaas.config = geheim
            a1.sinks.k2.kafka.producer.acks = all
            a1.sinks.k2.flumeBatchSize = 20
            a1.sinks.k2.channel = c1
            a1.sinks.k3.type = null
            a1.sinks.k3.channel = c2
            a1.sinkgroups.g1.sinks = k1 k2
            a1.sinkgroups.g1.processor.type = failover
            a1.sinkgroups.g1.processor.priority.k1 = 5
            """);
        Assert.That(PlanRenderer.Text(plan), Is.EqualTo("""
            agent a1
              source r1: spool
                spoolDir = /in
                deserializer.maxLineLength = 10
                interceptor i1: stamp
                  preserveExisting = true
                selector: replicating
                  optional = c2
                -> c1, required, end-to-end
                -> c2, optional
              source r2: listen
                port = 44444
                selector: replicating
                -> c1, required
              channel c1: memory
                capacity = 10000
                keep-alive = 0.5
              channel c2: durable
                dataDirs = /a,/b
              group g1: failover, takes up to 20 events at a time from c1
                priority.k1 = 5
                sink k1: file_roll
                  sink.directory = /out
                sink k2: queue
                  kafka.bootstrap.servers = h:1
                  flumeBatchSize = 20
                  password = ***
                  kafka.producer.acks = all
                  kafka.producer.sasl.jaas.config = ***
              sink k3: null, takes up to 100 events at a time from c2
            guarantees
              r1 -> c1 -> k1
                At least once. Process crash: nothing is lost, at most 6,400 events come twice. Power cut: what file_roll wrote in the last seconds may be lost; set sink.sync = commit.
              r1 -> c1 -> k2
                At least once. Process crash: nothing is lost, at most 6,400 events come twice. Power cut: the same; what queue has delivered is kept by the rules of its server.
              r1 -> c2 -> k3
                Best effort: c2 takes only what it has room for at once. Process crash: what c2 holds is kept. Power cut: the same; what null has delivered is kept by the rules of its server.
              r2 -> c1 -> k1
                Process crash: what c1 holds is lost, up to 10,000 events. Power cut: the same, and what file_roll wrote in the last seconds; set sink.sync = commit.
              r2 -> c1 -> k2
                Process crash: what c1 holds is lost, up to 10,000 events. Power cut: the same; what queue has delivered is kept by the rules of its server.

            """.Replace("\r", "")));
    }
}
