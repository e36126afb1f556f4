using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class ConfigurationOverlayTests
{
    private const string Text = "a1.sinks = k1\na1.sinks.k1.batchSize = 5\na1.sources.r1.selector.mapping.US = c1\na1.sources.r1.selector.mapping.us = c2";

    [TestCase("a1.sinks.k1.batchSize=500", "a1.sinks.k1.batchSize", "500")]
    [TestCase("a1.sinks.k1.batchSize = 500 ", "a1.sinks.k1.batchSize", "500")]
    [TestCase("A1.Sinks.k1.BATCHSIZE=500", "a1.sinks.k1.batchSize", "500")]
    [TestCase("a1.sources.r1.selector.mapping.us=c3", "a1.sources.r1.selector.mapping.us", "c3")]
    [TestCase("a1.sources.r1.selector.mapping.Us=c3", "a1.sources.r1.selector.mapping.Us", "c3")]
    [TestCase("a1.sinks.k1.new=a=b", "a1.sinks.k1.new", "a=b")]
    public void A_setting_wins_over_the_text(string setting, string key, string value)
    {
        var node = ConfigurationOverlay.Apply(Trees.Properties(Text), [setting], new DiagnosticBag()).Find(key)!;
        Assert.That(node.Value, Is.EqualTo(value));
        Assert.That(node.ValueSpan.ToString(), Is.EqualTo("command line"));
    }

    [Test]
    public void The_rest_of_the_tree_stays_as_it_is()
    {
        var root = ConfigurationOverlay.Apply(Trees.Properties(Text), ["a1.sinks.k1.batchSize=6"], new DiagnosticBag());
        Assert.That(Trees.Flat(root), Is.EqualTo(Text.Replace(" = ", "=").Replace("=5", "=6").Split('\n')));
        Assert.That(root.Find("a1.sinks")!.ValueSpan.Line, Is.EqualTo(1));
    }

    [Test]
    public void An_empty_value_takes_the_key_away() =>
        Assert.That(ConfigurationOverlay.Apply(Trees.Properties(Text), ["a1.sinks.k1.batchSize="], new DiagnosticBag()).Find("a1.sinks.k1"), Is.Null);

    [TestCase("a1.sinks.k1.batchSize")]
    [TestCase("=5")]
    [TestCase("")]
    public void A_setting_without_key_or_value_is_an_error(string setting)
    {
        var bag = new DiagnosticBag();
        ConfigurationOverlay.Apply(Trees.Properties(Text), [setting], bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith($"command line: error FLK1012: '{setting}' is not of the form KEY=VALUE"));
    }
}
