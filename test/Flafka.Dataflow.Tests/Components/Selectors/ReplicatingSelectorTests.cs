using Flafka.Dataflow.Components.Selectors;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Selectors;

public class ReplicatingSelectorTests
{
    [TestCase("", "ch1: e; ch2: e; ch3: e; ch4: e")]
    [TestCase("ch1", "(ch1): e; ch2: e; ch3: e; ch4: e")]
    [TestCase("ch1 ch4", "(ch1): e; ch2: e; ch3: e; (ch4): e")]
    [TestCase("ch1 ch4 ch1", "(ch1): e; ch2: e; ch3: e; (ch4): e")]
    public void Channels_are_required_unless_named_as_optional(string optional, string expected) =>
        Assert.That(Routing.Of(Selector(optional), ["ch1", "ch2", "ch3", "ch4"], FlumeEvent.FromText("e")), Is.EqualTo(expected));

    [Test]
    public void Every_channel_gets_the_same_array()
    {
        System.Collections.Immutable.ImmutableArray<FlumeEvent> events = [FlumeEvent.FromText("a"), FlumeEvent.FromText("b")];
        var routes = new RouteTable(["c1", "c2"]);
        Selector("").Route(events, routes);
        Assert.That(routes.TakeRequired(0), Is.EqualTo(events));
        Assert.That(routes.TakeRequired(1) == events, Is.True);
    }

    [Test]
    public void A_name_that_is_none_of_the_channels_is_refused_before_any_channel_has_the_events()
    {
        var routes = new RouteTable(["c1"]);
        Assert.That(
            () => Selector("c2").Route([FlumeEvent.FromText("a")], routes),
            Throws.ArgumentException.With.Message.StartWith("The selector names the channel 'c2', which is none of the source's: c1."));
        Assert.That(routes.TakeRequired(0), Is.Empty);
    }

    [Test]
    public void Its_options_name_the_optional_channels_with_their_key()
    {
        var options = new ReplicatingSelectorOptions { Optional = ["c1", "c2"] };
        Assert.That(options.RequiredChannels, Is.Empty);
        Assert.That(options.OptionalChannels, Is.EqualTo(new[] { ("optional", "c1"), ("optional", "c2") }));
    }

    private static ReplicatingSelector Selector(string optional) =>
        new(new ReplicatingSelectorOptions { Optional = [.. optional.Split(' ', StringSplitOptions.RemoveEmptyEntries)] });
}
