using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class HostOverlayTests
{
    private const string Text = "a1.sinks = k1\na1.sinks.k1.batchSize = 5\na1.sinks.k1.channel = c1";

    [TestCase("Flafka:Agents:a1:sinks:k1:batchSize", "a1.sinks.k1.batchSize")]
    [TestCase("FLAFKA:AGENTS:A1:SINKS:K1:BATCHSIZE", "a1.sinks.k1.batchSize")]
    [TestCase("Flafka:Agents:a1:sinks:k1:kafka.producer:acks", "a1.sinks.k1.kafka.producer.acks")]
    public void A_value_of_the_host_wins_over_the_text(string key, string path)
    {
        var node = Apply(new DiagnosticBag(), (key, "500")).Find(path)!;
        Assert.That(node.Value, Is.EqualTo("500"));
        Assert.That((node.ValueSpan.Line, node.ValueSpan.Origin), Is.EqualTo((0, "MemoryConfigurationProvider")));
    }

    [Test]
    public void A_list_of_the_host_is_a_list() =>
        Assert.That(Apply(new DiagnosticBag(), ("Flafka:Agents:a1:sources:r1:channels:0", "c1"), ("Flafka:Agents:a1:sources:r1:channels:1", "c2")).Find("a1.sources.r1.channels")!.Value, Is.EqualTo("c1 c2"));

    [Test]
    public void The_command_line_wins_over_the_host()
    {
        var settings = ConfigurationSettings.Default with { Host = Host(("Flafka:Agents:a1:sinks:k1:batchSize", "6")), Overrides = ["a1.sinks.k1.batchSize=7"] };
        Assert.That(ConfigurationReader.Read(Text, "agent.conf", settings, new DiagnosticBag()).Find("a1.sinks.k1.batchSize")!.Value, Is.EqualTo("7"));
    }

    [Test]
    public void A_placeholder_in_a_value_of_the_host_is_replaced()
    {
        var settings = ConfigurationSettings.Default with { Host = Host(("Flafka:Agents:a1:sinks:k1:batchSize", "${N}")), Environment = name => name == "N" ? "8" : null };
        Assert.That(ConfigurationReader.Read(Text, "agent.conf", settings, new DiagnosticBag()).Find("a1.sinks.k1.batchSize")!.Value, Is.EqualTo("8"));
    }

    [Test]
    public void What_the_host_says_of_an_agent_that_is_not_there_is_a_warning()
    {
        var bag = new DiagnosticBag();
        var root = Apply(bag, ("Flafka:Agents:a2:sinks:k1:batchSize", "500"), ("Flafka:Agents:a2:sinks:k1:type", "null"));
        Assert.That(root.Child("a2"), Is.Null);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.EqualTo(
            "MemoryConfigurationProvider: warning FLK1009: a2.sinks.k1.batchSize: there is no agent 'a2', so the value has no effect\n    Did you mean 'a1'?\n"));
    }

    [Test]
    public void Other_sections_of_the_host_are_not_looked_at() =>
        Assert.That(Trees.Flat(Apply(new DiagnosticBag(), ("Flafka:DefaultFs", "file:/"), ("Logging:a1", "x"))), Is.EqualTo(Text.Replace(" = ", "=", StringComparison.Ordinal).Split('\n')));

    private static ConfigNode Apply(DiagnosticBag bag, params (string Key, string Value)[] values) =>
        ConfigurationReader.Read(Text, "agent.conf", ConfigurationSettings.Default with { Host = Host(values) }, bag);

    private static IConfigurationRoot Host(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
