using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>What Flume leaves out of an agent, and what still runs. One case for each code of the list.</summary>
[TestFixture]
public sealed class FlumeCompatibilityTests
{
    private const string Correct = """
        a1.sources = r1 r2
        a1.channels = c1 c2
        a1.sinks = k1 k2 k3
        a1.sinkgroups = g1
        a1.sources.r1.type = spool
        a1.sources.r1.spoolDir = /in1
        a1.sources.r1.channels = c1
        a1.sources.r2.type = spool
        a1.sources.r2.spoolDir = /in2
        a1.sources.r2.channels = c1 c2
        a1.channels.c1.type = memory
        a1.channels.c2.type = memory
        a1.sinks.k1.type = null
        a1.sinks.k1.channel = c1
        a1.sinks.k2.type = file_roll
        a1.sinks.k2.sink.directory = /out
        a1.sinks.k2.channel = c1
        a1.sinks.k3.type = null
        a1.sinks.k3.channel = c2
        a1.sinkgroups.g1.sinks = k1
        a1.sinkgroups.g1.processor.type = default

        """;

    private static readonly (string Code, string Without, string With, string Runs)[] Cases =
    [
        ("FLK2002", "a1.sources.r1.type = spool", "", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK2002", "a1.channels.c2.type = memory", "a1.channels.c2.capacity = 100", "r1 -> c1, r2 -> c1, c1 -> k1 k2"),
        ("FLK2003", "a1.sinks.k2.channel = c1", "a1.sinks.k2.channel = c1\na1.sinks.k2.sink.batchSize = ten", "r1 -> c1, r2 -> c1 c2, c1 -> k1, c2 -> k3"),
        ("FLK2004", "a1.sources.r1.spoolDir = /in1", "", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK2005", "a1.sources.r1.spoolDir = /in1", "a1.sources.r1.spoolDir = /in1\na1.sources.r1.batchSize = 0", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK2006", "a1.sources.r1.spoolDir = /in1", "a1.sources.r1.spoolDir = /in1\na1.sources.r1.batchSiz = 5", "r1 -> c1, r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3002", "a1.sources = r1 r2", "a1.sources = r1 r2 other", "r1 -> c1, r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3005", "a1.sources.r2.channels = c1 c2", "a1.sources.r2.channels = c1 c2 other", "r1 -> c1, r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3005", "a1.sources.r1.channels = c1", "a1.sources.r1.channels = other", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3006", "a1.sources.r1.channels = c1", "", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3007", "a1.sinks.k2.channel = c1", "", "r1 -> c1, r2 -> c1 c2, c1 -> k1, c2 -> k3"),
        ("FLK3012", "a1.sinkgroups.g1.sinks = k1", "a1.sinkgroups.g1.sinks = k1 other", "r1 -> c1, r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3030", "a1.sources.r1.spoolDir = /in1", "a1.sources.r1.spoolDir = /in1\na1.sources.r1.batchSize = 101", "r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
        ("FLK3033", "a1.sinkgroups = g1", "a1.sinkgroups = g1 g2\na1.sinkgroups.g2.sinks = k1\na1.sinkgroups.g2.processor.type = default", "r1 -> c1, r2 -> c1 c2, c1 -> k1 k2, c2 -> k3"),
    ];

    private static IEnumerable<TestCaseData> Cased => Cases.Select(item => new TestCaseData(item.Code, Correct.Replace(item.Without + "\n", item.With + "\n", StringComparison.Ordinal), item.Runs)
        .SetArgDisplayNames(item.Code, item.With.Length == 0 ? $"no {item.Without}" : item.With.Split('\n')[^1]));

    [TestCaseSource(nameof(Cased))]
    public void What_Flume_leaves_out_is_left_out_with_a_warning(string code, string text, string runs)
    {
        var bag = new DiagnosticBag();
        var plan = Plan(text, CompatibilityMode.Flume, bag);
        Assert.That(bag.HasErrors, Is.False, DiagnosticRenderer.Render(bag.Items));
        var warning = bag.Items.Single(item => item.Code == code);
        Assert.That(warning.Severity, Is.EqualTo(DiagnosticSeverity.Warning));
        Assert.That(warning.Hint, Does.StartWith("As in Flume, "));
        Assert.That(Paths(plan!), Is.EqualTo(runs));
    }

    // Flume runs a spooldir source with batchSize = 0, which reads nothing for ever; we leave it out and say so.
    [Test]
    [Category("RealFlume")]
    public void The_real_Flume_runs_the_same()
    {
        using var folder = new TempFolder();
        var all = Cased.Where(static test => !"FLK2005".Equals(test.Arguments[0])).Select((test, number) => (Name: $"{number} {test.Arguments[0]}", Text: (string)test.Arguments[1]!, Runs: (string)test.Arguments[2]!)).ToArray();
        var found = RealFlume.Paths([.. all.Select((test, number) =>
        {
            var file = Path.Combine(folder.Path, $"{number}.conf");
            File.WriteAllText(file, test.Text.Replace("type = spool\n", "type = spooldir\n", StringComparison.Ordinal));
            return file;
        })]);
        Assert.That(string.Join('\n', found.Zip(all, static (paths, test) => $"{test.Name}: {paths}")), Is.EqualTo(string.Join('\n', all.Select(static test => $"{test.Name}: {test.Runs}"))));
    }

    [TestCaseSource(nameof(Cased))]
    public void Without_the_mode_the_same_mistake_stops_the_agent(string code, string text, string runs)
    {
        var bag = new DiagnosticBag();
        Assert.That(Plan(text, CompatibilityMode.Strict, bag), Is.Null, runs);
        Assert.That(bag.Items.Where(item => item.Severity == DiagnosticSeverity.Error).Select(item => item.Code), Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Every_code_of_the_list_has_a_case() =>
        Assert.That(FlumeCompatibility.ToleratedCodes.Except(Cases.Select(item => item.Code)), Is.Empty);

    [TestCase("a1.channels = c1 c2", "a1.channels = c1\na1.channels.c1.capacity = ten", "FLK2003")]
    [TestCase("a1.sinks.k1.type = null", "a1.sinks.k1.type = nul", "FLK2001")]
    [TestCase("a1.sinkgroups.g1.sinks = k1", "", "FLK3011")]
    [TestCase("a1.sinks.k3.channel = c2", "a1.sinks.k3.channel = c1", "FLK3021")]
    public void What_leaves_Flume_without_an_agent_is_an_error_all_the_same(string without, string with, string code)
    {
        var bag = new DiagnosticBag();
        Assert.That(Plan(Correct.Replace(without + "\n", with + "\n", StringComparison.Ordinal), CompatibilityMode.Flume, bag), Is.Null);
        Assert.That(bag.Items.Where(item => item.Severity == DiagnosticSeverity.Error).Select(item => item.Code), Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Several_mistakes_are_left_out_one_after_the_other()
    {
        var bag = new DiagnosticBag();
        var plan = Plan(
            Correct.Replace("a1.sources.r1.spoolDir = /in1\n", "", StringComparison.Ordinal)
                .Replace("a1.sinks.k2.channel = c1\n", "a1.sinks.k2.channel = other\n", StringComparison.Ordinal),
            CompatibilityMode.Flume, bag);
        Assert.That(Paths(plan!), Is.EqualTo("r2 -> c1 c2, c1 -> k1, c2 -> k3"));
        Assert.That(bag.Items.Select(item => item.Code), Is.EquivalentTo(new[] { "FLK2004", "FLK3005" }));
    }

    private static GraphPlan? Plan(string text, CompatibilityMode mode, DiagnosticBag bag)
    {
        var settings = ConfigurationSettings.Default with { Compatibility = mode, Environment = _ => null };
        return new GraphCompiler(Sample.Registry, settings).Compile(ConfigurationReader.Read(text, "agent.conf", settings, bag), "a1", bag);
    }

    private static string Paths(GraphPlan plan) => string.Join(
        ", ", plan.Edges.GroupBy(edge => Name(plan, edge.From)).Select(edges => $"{edges.Key} -> {string.Join(' ', edges.Select(edge => Name(plan, edge.To)))}"));

    private static string Name(GraphPlan plan, string id) => plan.Nodes.Single(node => node.Id == id) switch
    {
        IngressNode node => node.Source.Definition.Id.Name,
        ChannelNode node => node.Channel.Definition.Id.Name,
        EgressNode node => string.Join('+', node.Sinks.Select(sink => sink.Definition.Id.Name)),
        _ => id,
    };
}
