using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>
/// The changes to a correct agent whose effect was observed in Flume. There a part of the agent is dropped and the rest runs; here each is a
/// finding, and what Flume drops is an error.
/// </summary>
[TestFixture]
public sealed class FlumeGoldenCasesTests
{
    private const string Base = """
        a.sources = s
        a.channels = c
        a.sinks = k
        a.sources.s.type = spool
        a.sources.s.spoolDir = /in
        a.sources.s.channels = c
        a.channels.c.type = memory
        a.sinks.k.type = null
        a.sinks.k.channel = c
        """;

    [TestCase("", "")]
    [TestCase("a.sinks.k.channel = zz", "FLK3005")]
    [TestCase("-a.sinks.k.channel", "FLK3007")]
    [TestCase("-a.sources.s.channels", "FLK3006")]
    [TestCase("-a.sources.s.type", "FLK2002")]
    [TestCase("-a.channels.c.type", "FLK3002")]
    [TestCase("a.channels = c,d", "FLK3010 FLK3002")]
    [TestCase("a.sinkgroups = g1 g2\na.sinkgroups.g1.sinks = k\na.sinkgroups.g2.sinks = k", "FLK3033")]
    [TestCase("a.sinkgroups = g1\na.sinkgroups.g1.processor.type = default", "FLK3011")]
    [TestCase("a.foo.z.type=x\nnodot=1\n.x=1\na.=2", "FLK1008 FLK1009 FLK1015 FLK1008")]
    [TestCase("a.sources.s.selector.type = load_balancing", "FLK2010")]
    public void A_change_gives_these_findings(string change, string codes)
    {
        var lines = Base.Split('\n').ToList();
        foreach (var line in change.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            lines.RemoveAll(other => other.StartsWith(line.TrimStart('-').Split('=')[0].Trim() + " =", StringComparison.Ordinal));
            if (!line.StartsWith('-'))
            {
                lines.Add(line);
            }
        }

        var bag = new DiagnosticBag();
        Compile.Text(string.Join('\n', lines), bag, "a");
        Assert.That(string.Join(' ', bag.Items.Select(item => item.Code)), Is.EqualTo(codes), DiagnosticRenderer.Render(bag.Items));
    }
}
