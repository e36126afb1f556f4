using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Selectors;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Selectors;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class MultiplexingSelectorTests
{
    private const string NoHeader = "(none)";
    private static readonly ImmutableArray<string> Channels = ["ch1", "ch2", "ch3"];

    private readonly RecordingLoggers _loggers = new();

    [TestCase("A", "foo", "ch1: e; ch2: e; (ch3): e")]
    [TestCase("A", "bar", "ch2: e; ch3: e")]
    [TestCase("A", "xyz", "ch1: e; ch2: e; ch3: e")]
    [TestCase("A", NoHeader, "ch1: e; ch3: e")]
    [TestCase("A", "bar1", "ch1: e; ch3: e")]
    [TestCase("A", "FOO", "ch1: e; ch3: e")]
    [TestCase("A", " foo", "ch1: e; ch3: e")]
    [TestCase("A", "  ", "ch1: e; ch3: e")]
    [TestCase("A", "zebra", "ch1: e; (ch2): e; ch3: e")]
    [TestCase("B", "foo", "ch1: e; ch2: e; (ch3): e")]
    [TestCase("B", "bar", "ch2: e; ch3: e")]
    [TestCase("B", "xyz", "ch1: e; ch2: e; ch3: e")]
    [TestCase("B", "zebra", "(ch1): e; ch2: e; (ch3): e")]
    [TestCase("C", "foo", "(ch1): e; (ch2): e; ch3: e")]
    [TestCase("C", "zebra", "(ch2): e; ch3: e")]
    [TestCase("D", "foo", "(ch1): e; (ch2): e")]
    [TestCase("D", "zebra", "(ch2): e; (ch3): e")]
    [TestCase("D", "other", "")]
    public void Routes_as_flume_does(string config, string value, string expected) =>
        Assert.That(Routing.Of(Selector(Config(config)), Channels, Event("e", value)), Is.EqualTo(expected));

    [Test]
    public void A_mixed_batch_keeps_the_order_within_each_channel()
    {
        var selector = Selector(new MultiplexingSelectorOptions
        {
            Header = "myheader",
            Mapping = Map(("a", "ch1"), ("b", "ch1 ch2")),
            Default = ["ch3"],
        });
        Assert.That(
            Routing.Of(selector, Channels, Event("1", "a"), Event("2", "b"), Event("3", "c"), Event("4", "a"), Event("5", "b")),
            Is.EqualTo("ch1: 1 2 4 5; ch2: 2 5; ch3: 3"));
    }

    [Test]
    public void A_batch_of_one_kind_goes_on_as_the_same_array()
    {
        ImmutableArray<FlumeEvent> events = [Event("1", "bar"), Event("2", "bar")];
        var routes = new RouteTable(Channels);
        Selector(Config("A")).Route(events, routes);
        Assert.That(routes.TakeRequired(1) == events, Is.True);
    }

    [Test]
    public void Blank_values_and_values_with_dots_are_looked_up_as_they_are()
    {
        var selector = Selector(new MultiplexingSelectorOptions
        {
            Header = "myheader",
            Mapping = Map(("a.b.c", "ch1"), (" ", "ch2")),
            Default = ["ch3"],
            Optional = Map((" ", "ch1")),
        });
        Assert.That(Routing.Of(selector, Channels, Event("e", "a.b.c")), Is.EqualTo("ch1: e"));
        Assert.That(Routing.Of(selector, Channels, Event("e", " ")), Is.EqualTo("(ch1): e; ch3: e"));
    }

    [Test]
    public void Lists_take_any_white_space_and_each_name_once()
    {
        var selector = Selector(new MultiplexingSelectorOptions { Header = "myheader", Mapping = Map(("a", " ch1  ch2\tch1 ")) });
        Assert.That(Routing.Of(selector, Channels, Event("e", "a")), Is.EqualTo("ch1: e; ch2: e"));
    }

    [Test]
    public void Dropping_for_want_of_a_mapping_is_said_once()
    {
        var selector = Selector(Config("D"));
        Routing.Of(selector, Channels, Event("1", "other"), Event("2", "other"), Event("3", NoHeader));
        var entry = _loggers.Entries.Single();
        Assert.That(entry.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(entry.Text, Does.StartWith("Events whose header myheader is other go to no channel and are dropped"));
    }

    [Test]
    public void One_selector_can_serve_another_list_of_channels()
    {
        var selector = Selector(new MultiplexingSelectorOptions { Header = "myheader", Mapping = Map(("a", "x")) });
        Assert.That(Routing.Of(selector, ["x", "y"], Event("e", "a")), Is.EqualTo("x: e"));
        Assert.That(Routing.Of(selector, ["y", "x"], Event("e", "a")), Is.EqualTo("x: e"));
    }

    [Test]
    public void An_empty_mapping_is_a_mistake()
    {
        var options = new MultiplexingSelectorOptions { Mapping = Map(("US", " ")), Optional = Map(("DE", "")) };
        var results = options.Validate(new ValidationContext(options)).ToList();
        Assert.That(results.Select(result => result.ErrorMessage), Is.EqualTo(new[] { "mapping.US names no channel", "optional.DE names no channel" }));
    }

    [Test]
    public void Its_options_name_channels_with_their_keys()
    {
        var options = Config("A");
        Assert.That(options.RequiredChannels, Is.EqualTo(new[]
        {
            ("mapping.bar", "ch2"), ("mapping.bar", "ch3"), ("mapping.foo", "ch1"), ("mapping.foo", "ch2"),
            ("mapping.xyz", "ch1"), ("mapping.xyz", "ch2"), ("mapping.xyz", "ch3"), ("default", "ch1"), ("default", "ch3"),
        }));
        Assert.That(options.OptionalChannels.First(), Is.EqualTo(("optional.foo", "ch2")));
    }

    private static MultiplexingSelectorOptions Config(string name)
    {
        var mapping = Map(("foo", "ch1 ch2"), ("bar", "ch2 ch3"), ("xyz", "ch1 ch2 ch3"));
        var optional = Map(("foo", "ch2 ch3"), ("xyz", "ch1 ch3"), ("zebra", "ch1 ch2"));
        return name switch
        {
            "A" => new MultiplexingSelectorOptions { Header = "myheader", Mapping = mapping, Default = ["ch1", "ch3"], Optional = optional },
            "B" => new MultiplexingSelectorOptions
            {
                Header = "myheader", Mapping = mapping.Add("zebra", "ch2"), Optional = optional.SetItem("zebra", "ch1 ch3"),
            },
            "C" => new MultiplexingSelectorOptions { Header = "myheader", Default = ["ch3"], Optional = Map(("foo", "ch1 ch2"), ("zebra", "ch2 ch3")) },
            _ => new MultiplexingSelectorOptions { Header = "myheader", Optional = Map(("foo", "ch1 ch2"), ("zebra", "ch2 ch3")) },
        };
    }

    private MultiplexingSelector Selector(MultiplexingSelectorOptions options) => new(options, _loggers.For<MultiplexingSelector>());

    private static FlumeEvent Event(string body, string value) =>
        FlumeEvent.FromText(body, value == NoHeader ? EventHeaders.Create(("other", "foo")) : EventHeaders.Create(("myheader", value)));

    private static ImmutableDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToImmutableDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
}
