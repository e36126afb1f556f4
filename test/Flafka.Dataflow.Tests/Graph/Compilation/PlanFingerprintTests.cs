using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class PlanFingerprintTests
{
    [Test]
    public void It_is_stable_over_processes() =>
        Assert.That(PlanFingerprint.Of(["a", "b"]), Is.EqualTo("16275ef0f5d0eb9dd9e0a532"));

    [Test]
    public void Parts_do_not_run_into_each_other() => Assert.That(PlanFingerprint.Of(["ab", "c"]), Is.Not.EqualTo(PlanFingerprint.Of(["a", "bc"])));

    [TestCase("a1.sinks.k1.type = FILE_ROLL")]
    [TestCase("a1.sinks.k1.type = org.example.RollSink")]
    public void Another_spelling_of_the_type_changes_nothing(string line) => Assert.That(Changed(line), Is.Empty);

    [TestCase("a1.sinks.k1.sink.batchSize = 99", "sink:k1")]
    [TestCase("a1.sinks.k1.sink.serializer.appendNewline = false", "sink:k1")]
    [TestCase("a1.channels.c1.capacity = 200", "channel:c1")]
    [TestCase("a1.sources.r1.selector.optional = c1", "source:r1")]
    [TestCase("a1.sources.r1.deserializer.maxLineLength = 5", "source:r1")]
    public void An_option_changes_only_its_node(string line, string node) => Assert.That(Changed(line), Is.EqualTo(new[] { node }));

    private static IEnumerable<string> Changed(string line)
    {
        var key = line.Split('=')[0];
        var text = string.Join('\n', Compile.Correct.Split('\n').Where(other => !other.StartsWith(key, StringComparison.Ordinal)).Append(line));
        return Compile.Plan(Compile.Correct).Nodes.Zip(Compile.Plan(text).Nodes).Where(pair => pair.First.Fingerprint != pair.Second.Fingerprint).Select(pair => pair.First.Id);
    }
}
