using Flafka.Dataflow.Tests.Graph.Compilation;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class OptionsBinderTests
{
    private const string Servers = "k.kafka.bootstrap.servers = h:1";

    [Test]
    public void Lists_split_at_their_separator_and_old_spellings_are_taken()
    {
        var options = Queue("k.brokerList = h:1, g:2 ,,i:3\nk.topic = t", "FLK5001", "FLK5001");
        Assert.That(options.Servers, Is.EqualTo(new[] { "h:1", "g:2", "i:3" }));
        Assert.That(options.Topic, Is.EqualTo("t"));
    }

    [Test]
    public void A_list_of_JSON_is_taken_as_it_is()
    {
        var bag = new DiagnosticBag();
        var options = Bind<Sample.QueueSinkOptions>(ComponentKind.Sink, "queue", Trees.Json("""{ "k": { "kafka.bootstrap.servers": ["a,b", "c d"] } }"""), bag);
        Assert.That(options!.Servers, Is.EqualTo(new[] { "a,b", "c d" }));
    }

    [Test]
    public void A_map_takes_the_rest_of_the_key_with_its_dots_and_case()
    {
        var options = Queue($"{Servers}\nk.kafka.producer.max.request.size = 5\nk.kafka.producer.Acks = all");
        Assert.That(options.Producer, Is.EqualTo(new Dictionary<string, string> { ["max.request.size"] = "5", ["Acks"] = "all" }));
    }

    [TestCase("k.flumeBatchSize = 7", 7)]
    [TestCase("k.flumeBatchSize = +7", 7)]
    [TestCase("k.flumeBatchSize = 1000000", 1_000_000)]
    public void Whole_numbers_are_read(string line, int expected) => Assert.That(Queue($"{Servers}\n{line}").BatchSize, Is.EqualTo(expected));

    [TestCase("5", 5)]
    [TestCase("64KB", 65536)]
    [TestCase("64 kb", 65536)]
    [TestCase("1m", 1048576)]
    [TestCase("-3", -3)]
    public void Sizes_may_have_a_unit(string text, long expected) => Assert.That(Queue($"{Servers}\nk.maxBytes = {text}").MaxBytes, Is.EqualTo(expected));

    [TestCase("0.25", 0.25)]
    [TestCase("1e-3", 0.001)]
    [TestCase("2", 2.0)]
    public void Decimal_numbers_are_read(string text, double expected) => Assert.That(Queue($"{Servers}\nk.ratio = {text}").Ratio, Is.EqualTo(expected));

    [TestCase("3", 3_000)]
    [TestCase("0.5", 500)]
    [TestCase("250ms", 250)]
    [TestCase("10s", 10_000)]
    [TestCase("5 min", 300_000)]
    [TestCase("1h", 3_600_000)]
    [TestCase("2147483647", 4_294_967_294)] // "for ever": longer than any timer
    public void Durations_have_the_unit_of_the_key_or_their_own(string text, long milliseconds) =>
        Assert.That(Memory($"k.keep-alive = {text}").KeepAlive, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));

    [TestCase("end-to-end", AcknowledgeMode.EndToEnd)]
    [TestCase("END_TO_END", AcknowledgeMode.EndToEnd)]
    [TestCase("EndToEnd", AcknowledgeMode.EndToEnd)]
    [TestCase("Channel", AcknowledgeMode.Channel)]
    public void Enums_have_no_case(string text, AcknowledgeMode expected) => Assert.That(Memory($"k.acknowledge = {text}").Acknowledge, Is.EqualTo(expected));

    [TestCase("true", true)]
    [TestCase("TRUE", true)]
    [TestCase("False", false)]
    public void Booleans_have_no_case(string text, bool expected)
    {
        var options = Bind<Sample.ListenSourceOptions>(ComponentKind.Source, "listen", Trees.Properties($"k.port = 1\nk.ack-every-event = {text}"), new DiagnosticBag());
        Assert.That(options!.Acknowledge, Is.EqualTo(expected));
    }

    [TestCase("k.kafka.bootstrap.servers = h:1\nk.flumeBatchSize = 1.5", "FLK2003")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.flumeBatchSize = 0x10", "FLK2003")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.flumeBatchSize = 1,000", "FLK2003")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.flumeBatchSize = 1000001", "FLK2005")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.flumeBatchSize = 99999999999999999999999999999999999999999999999999", "FLK2005")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.ratio = NaN", "FLK2003")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.maxBytes = 99999999999GB", "FLK2005")]
    [TestCase("k.kafka.bootstrap.servers = h:1\nk.maxBytes = MB", "FLK2003")]
    [TestCase("k.flumeBatchSize = x\nk.pin = y", "FLK2003", "FLK2003", "FLK2004")]
    public void Every_mistake_is_reported(string text, params string[] codes)
    {
        var bag = new DiagnosticBag();
        Assert.That(Bind<Sample.QueueSinkOptions>(ComponentKind.Sink, "queue", Trees.Properties(text), bag), Is.Null);
        Assert.That(Trees.Codes(bag), Is.EqualTo(codes));
    }

    [Test]
    public void A_secret_is_in_no_finding()
    {
        var bag = new DiagnosticBag();
        Bind<Sample.QueueSinkOptions>(ComponentKind.Sink, "queue", Trees.Properties($"{Servers}\nk.pin = geheim"), bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.Contain("'***'").And.Not.Contain("geheim"));
    }

    [Test]
    public void Keys_below_a_choice_are_those_of_the_chosen_component()
    {
        var options = Bind<Sample.FileSinkOptions>(
            ComponentKind.Sink, "file_roll", Trees.Properties("k.sink.directory = /o\nk.sink.serializer = org.example.TextSerializer$Builder\nk.sink.serializer.appendNewline = false"), new DiagnosticBag());
        var serializer = options!.Serializer.Create<Sample.TextSerializer>(null!);
        Assert.That(serializer.Options.AppendNewline, Is.False);
        Assert.That(options.Serializer.Create<Sample.TextSerializer>(null!), Is.Not.SameAs(serializer));
    }

    [Test]
    public void A_choice_that_is_not_made_is_the_default()
    {
        var options = Bind<Sample.FileSinkOptions>(ComponentKind.Sink, "file_roll", Trees.Properties("k.sink.directory = /o"), new DiagnosticBag());
        Assert.That(options!.Serializer.Create<Sample.TextSerializer>(null!).Options.AppendNewline, Is.True);
    }

    [Test]
    public void What_was_written_has_one_form_in_any_spelling()
    {
        var left = Normalized("k.kafka.topic = t\nk.kafka.bootstrap.servers = h:1,g:2");
        var right = Normalized("k.brokerList = h:1 , g:2\nk.topic=t");
        Assert.That(left, Is.EqualTo(right));
        Assert.That(left, Is.Not.EqualTo(Normalized("k.kafka.topic = u\nk.kafka.bootstrap.servers = h:1,g:2")));

        static IEnumerable<KeyValuePair<string, string>> Normalized(string text)
        {
            var bag = new DiagnosticBag();
            return Result(ComponentKind.Sink, "queue", Trees.Properties(text), bag)!.Normalized;
        }
    }

    private static Sample.QueueSinkOptions Queue(string text, params string[] codes)
    {
        var bag = new DiagnosticBag();
        var options = Bind<Sample.QueueSinkOptions>(ComponentKind.Sink, "queue", Trees.Properties(text), bag);
        Assert.That(Trees.Codes(bag), Is.EqualTo(codes));
        return options!;
    }

    private static Sample.MemoryChannelOptions Memory(string text) => Bind<Sample.MemoryChannelOptions>(ComponentKind.Channel, "memory", Trees.Properties(text), new DiagnosticBag())!;

    private static T? Bind<T>(ComponentKind kind, string type, ConfigNode root, DiagnosticBag bag)
        where T : class => (T?)Result(kind, type, root, bag)?.Options;

    private static BindingResult? Result(ComponentKind kind, string type, ConfigNode root, DiagnosticBag bag)
    {
        Assert.That(Sample.Registry.TryGet(kind, type, out var descriptor), Is.True);
        var node = root.Child("k")!;
        return new OptionsBinder(Compile.Context(), bag).Bind(descriptor!, new OptionScope("a1.k", node.Span, [.. node.Leaves()]));
    }
}
