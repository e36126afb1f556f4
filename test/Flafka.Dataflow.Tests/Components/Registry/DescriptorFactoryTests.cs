using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Tests.Graph.Compilation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Registry;

[TestFixture]
public sealed class DescriptorFactoryTests
{
    private static readonly ComponentId Id = new("a1", ComponentKind.Sink, "k1");

    [Test]
    public void Keys_come_from_the_options_class()
    {
        var queue = Find(ComponentKind.Sink, "queue");
        var servers = queue.Options[0];
        Assert.That(servers.Key, Is.EqualTo("kafka.bootstrap.servers"));
        Assert.That((servers.IsRequired, servers.Separator, servers.Property), Is.EqualTo((true, ",", "Servers")));
        Assert.That(servers.Deprecated, Is.EqualTo(new[] { "brokerList" }));
        var batch = queue.Options.Single(option => option.Key == "flumeBatchSize");
        Assert.That((batch.Default, batch.Unit, batch.Minimum, batch.Maximum), Is.EqualTo(((object)100, "events", "1", "1000000")));
        Assert.That(queue.Options.Single(option => option.Key == "password").IsSecret, Is.True);
        Assert.That(queue.Options.Single(option => option.Key == "kafka.producer.").IsMap, Is.True);
        Assert.That(Find(ComponentKind.Source, "listen").Options.Single(option => option.Key == "threads").Ignored, Does.StartWith("Sockets"));
        Assert.That(Find(ComponentKind.Sink, "file_roll").Options.Single(option => option.Key == "sink.serializer").Choice, Is.EqualTo(ComponentKind.Serializer));
    }

    [Test]
    public void The_ends_of_a_number_type_are_no_bounds()
    {
        var batch = Find(ComponentKind.Source, "spool").Options.Single(option => option.Key == "batchSize");
        Assert.That((batch.Minimum, batch.Maximum), Is.EqualTo(("1", (string?)null)));
    }

    [Test]
    public void The_attribute_tells_what_a_component_can_do()
    {
        Assert.That(Find(ComponentKind.Source, "spool").CanReadAgain, Is.True);
        Assert.That(Find(ComponentKind.Source, "listen").CanReadAgain, Is.False);
        Assert.That(Find(ComponentKind.Channel, "durable").IsDurable, Is.True);
    }

    [Test]
    public void A_constructor_gets_options_logger_and_clock()
    {
        var options = new Sample.ListenSourceOptions { Port = 5 };
        var time = new FixedTime();
        var source = (Sample.ListenSource)Find(ComponentKind.Source, "listen").Create(Context(new AgentRuntime(time, TaskScheduler.Default)), options);
        Assert.That(source.Parts.Options, Is.SameAs(options));
        Assert.That(source.Parts.Time, Is.SameAs(time));
        Assert.That(source.Parts.Logger, Is.InstanceOf<ILogger<Sample.ListenSource>>());
    }

    [Test]
    public void A_constructor_gets_the_whole_context()
    {
        var context = Context(AgentRuntime.System);
        var sink = (Sample.FileSink)Find(ComponentKind.Sink, "file_roll").Create(context, new Sample.FileSinkOptions());
        Assert.That(sink.Parts.Context, Is.SameAs(context));
    }

    [Test]
    public void A_component_without_options_is_made_from_nothing() =>
        Assert.That(Find(ComponentKind.Sink, "null").Create(Context(AgentRuntime.System), new object()), Is.InstanceOf<Sample.NullSink>());

    [Test]
    public void A_constructor_gets_services_of_the_host_and_defaults_for_missing_ones()
    {
        var descriptor = DescriptorFactory.Create(typeof(Needy), new SinkAttribute("needy"));
        var version = new Version(1, 2);
        var needy = (Needy)descriptor.Create(Context(AgentRuntime.System, version), new object());
        Assert.That(needy.Parts, Is.EqualTo((version, (Uri?)null)));
        Assert.That(
            () => descriptor.Create(Context(AgentRuntime.System), new object()),
            Throws.InvalidOperationException.With.Message.EqualTo("a1.sinks.k1: Needy asks for System.Version, which the host does not offer."));
    }

    [Test]
    public void An_exception_of_a_constructor_comes_through_unwrapped() => Assert.That(
        () => DescriptorFactory.Create(typeof(Broken), new SinkAttribute("broken")).Create(Context(AgentRuntime.System), new object()),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("no"));

    [TestCase(typeof(TwoConstructors), "2 public constructors")]
    [TestCase(typeof(TwoOptions), "two options classes")]
    [TestCase(typeof(TwiceTheKey), "declares the key 'x' twice")]
    [TestCase(typeof(NoSetter), "needs 'init' or 'set'")]
    public void A_class_that_cannot_be_a_component_says_why(Type type, string expected) =>
        Assert.That(() => DescriptorFactory.Create(type, new SinkAttribute("x")), Throws.InvalidOperationException.With.Message.Contains(expected));

    [Test]
    public void Summaries_come_from_the_documentation_file()
    {
        var memory = ComponentRegistry.Scan(typeof(ComponentRegistry).Assembly).All.Single(item => item is { Kind: ComponentKind.Channel, Alias: "memory" });
        Assert.That(memory.Summary, Does.StartWith("Holds events in memory, bounded by number and bytes."));
        Assert.That(memory.Options.Single(option => option.Key == "capacity").Summary, Is.EqualTo("Most events held, those lent to sinks included."));
    }

    private static ComponentDescriptor Find(ComponentKind kind, string name) =>
        Sample.Registry.TryGet(kind, name, out var descriptor) ? descriptor : throw new AssertionException($"no {kind} {name}");

    private static ComponentContext Context(AgentRuntime runtime, params object[] services) => new(Id, NullLoggerFactory.Instance, runtime, new Services(services));

    private sealed class Services(object[] services) : IServiceProvider
    {
        public object? GetService(Type serviceType) => Array.Find(services, serviceType.IsInstanceOfType);
    }

    private sealed class FixedTime : TimeProvider;

    private sealed class Needy(Version version, Uri? address = null)
    {
        public (Version, Uri?) Parts { get; } = (version, address);
    }

    private sealed class Broken
    {
        public Broken() => throw new FormatException("no");
    }

    private sealed class TwoConstructors
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(Version version) => _ = version;
    }

    private sealed class AOptions;

    private sealed class BOptions;

    private sealed class TwoOptions(AOptions a, BOptions b)
    {
        public (AOptions, BOptions) Parts { get; } = (a, b);
    }

    private sealed class TwiceOptions
    {
        [Option("x")]
        public int First { get; init; }

        [Option("x"), Required]
        public int Second { get; init; }
    }

    private sealed class TwiceTheKey(TwiceOptions options)
    {
        public TwiceOptions Options { get; } = options;
    }

    private sealed class FixedOptions
    {
        [Option("x")]
        public int First { get; } = 1;
    }

    private sealed class NoSetter(FixedOptions options)
    {
        public FixedOptions Options { get; } = options;
    }
}
