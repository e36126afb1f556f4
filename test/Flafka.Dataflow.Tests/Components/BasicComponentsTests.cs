using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components;

/// <summary>The basic components as a configuration names them: found by the scan, bound, built and run.</summary>
public class BasicComponentsTests
{
    private const string Agent = """
        a1.sources = r1
        a1.channels = c1 c2 c3
        a1.sinks = k1 k2 k3
        a1.sources.r1.type = seq
        a1.sources.r1.totalEvents = 500
        a1.sources.r1.batchSize = 20
        a1.sources.r1.channels = c1 c2 c3
        a1.sources.r1.interceptors = i1 i2 i3
        a1.sources.r1.interceptors.i1.type = timestamp
        a1.sources.r1.interceptors.i2.type = org.apache.flume.interceptor.HostInterceptor$Builder
        a1.sources.r1.interceptors.i2.useIP = true
        a1.sources.r1.interceptors.i3.type = static
        a1.sources.r1.interceptors.i3.key = region
        a1.sources.r1.interceptors.i3.value = eu.west
        a1.sources.r1.selector.type = multiplexing
        a1.sources.r1.selector.header = region
        a1.sources.r1.selector.mapping.eu.west = c1 c2
        a1.sources.r1.selector.optional.eu.west = c3
        a1.sources.r1.selector.default = c2
        a1.channels.c1.type = memory
        a1.channels.c2.type = memory
        a1.channels.c3.type = memory
        a1.channels.c3.capacity = 1000
        a1.sinks.k1.type = file_roll
        a1.sinks.k1.channel = c1
        a1.sinks.k1.sink.directory = DIRECTORY
        a1.sinks.k1.sink.rollInterval = 0
        a1.sinks.k1.sink.batchSize = 64
        a1.sinks.k1.sink.sync = commit
        a1.sinks.k1.sink.serializer = header_and_text
        a1.sinks.k1.sink.serializer.appendNewline = true
        a1.sinks.k1.sink.pathManager = rolltime
        a1.sinks.k1.sink.pathManager.prefix = out-
        a1.sinks.k1.sink.pathManager.extension = txt
        a1.sinks.k2.type = logger
        a1.sinks.k2.channel = c2
        a1.sinks.k2.maxBytesToLog = 32
        a1.sinks.k3.type = null
        a1.sinks.k3.channel = c3
        a1.sinks.k3.logEveryNEvents = 500
        """;

    [Test]
    public void An_agent_of_basic_components_delivers_everything()
    {
        using var folder = new TempFolder();
        using var loggers = new RecordingLoggers();
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read(Agent.Replace("DIRECTORY", folder.Path, StringComparison.Ordinal), "agent.conf", [], _ => null, bag);
        var plan = new GraphCompiler(ComponentRegistry.Scan(typeof(FlumeEvent).Assembly)).Compile(root, "a1", bag);
        Assert.That(bag.Items.Where(item => item.Severity != DiagnosticSeverity.Info), Is.Empty);
        Assert.That(plan!.Edges.Where(edge => edge.From == "source:r1").Select(edge => edge.Kind), Is.EqualTo([EdgeKind.Required, EdgeKind.Required, EdgeKind.Optional]));

        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var graph = new GraphFactory(scheduler.Runtime, loggers).Build(plan, bag)!;
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }

            Assert.That((await graph.StopAsync(TimeSpan.FromSeconds(8))).Drained, Is.True);
        });

        var lines = File.ReadAllLines(Directory.EnumerateFiles(folder.Path).Single());
        Assert.That(lines.Select(line => line[(line.IndexOf('}', StringComparison.Ordinal) + 2)..]), Is.EqualTo(Enumerable.Range(0, 500).Select(n => $"{n}")));
        Assert.That(lines[0], Does.Contain("region=eu.west").And.Contain("timestamp=17672256").And.Contain("host="));
        Assert.That(Path.GetFileName(Directory.EnumerateFiles(folder.Path).Single()), Is.EqualTo("out-20260101000000-1.txt"));
        Assert.That(loggers.Texts.Count(text => text.StartsWith("Event: { headers:{", StringComparison.Ordinal)), Is.EqualTo(500));
        Assert.That(loggers.Texts, Does.Contain("Discarded 500 events so far."));
    }

    [TestCase(ComponentKind.Sink, "FILE_ROLL", "org.apache.flume.sink.RollingFileSink")]
    [TestCase(ComponentKind.Sink, "logger", "org.apache.flume.sink.LoggerSink")]
    [TestCase(ComponentKind.Sink, "null", "org.apache.flume.sink.NullSink")]
    [TestCase(ComponentKind.Interceptor, "timestamp", "org.apache.flume.interceptor.TimestampInterceptor$Builder")]
    [TestCase(ComponentKind.Interceptor, "host", "org.apache.flume.interceptor.HostInterceptor$Builder")]
    [TestCase(ComponentKind.Interceptor, "static", "org.apache.flume.interceptor.StaticInterceptor$Builder")]
    [TestCase(ComponentKind.ChannelSelector, "replicating", "org.apache.flume.channel.ReplicatingChannelSelector")]
    [TestCase(ComponentKind.ChannelSelector, "multiplexing", "org.apache.flume.channel.MultiplexingChannelSelector")]
    [TestCase(ComponentKind.Serializer, "text", "org.apache.flume.serialization.BodyTextEventSerializer$Builder")]
    [TestCase(ComponentKind.Serializer, "header_and_text", "org.apache.flume.serialization.HeaderAndBodyTextEventSerializer$Builder")]
    public void Every_one_is_known_by_alias_and_java_class_and_documents_its_keys(ComponentKind kind, string alias, string javaClass)
    {
        var registry = ComponentRegistry.Scan(typeof(FlumeEvent).Assembly);
        Assert.That(registry.TryGet(kind, alias, out var byAlias), Is.True);
        Assert.That(registry.TryGet(kind, javaClass, out var byClass), Is.True);
        Assert.That(byClass, Is.SameAs(byAlias));
        Assert.That(byAlias!.Summary, Is.Not.Empty);
        Assert.That(byAlias.Options.Where(option => string.IsNullOrEmpty(option.Summary)).Select(option => option.Key), Is.Empty);
    }
}
