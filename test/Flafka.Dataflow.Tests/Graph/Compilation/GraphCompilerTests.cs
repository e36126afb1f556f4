using System.Diagnostics;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class GraphCompilerTests
{
    [Test]
    public void A_mistake_of_another_agent_does_not_count()
    {
        var bag = new DiagnosticBag();
        var text = Compile.Correct + "\n" + Compile.Correct.Replace("a1.", "b2.").Replace("= file_roll", "= file_rol");
        Assert.That(Compile.Text(text, bag, "b2"), Is.Null);
        Assert.That(bag.Items, Has.Count.EqualTo(1));
        var root = ConfigFormat.Properties.Parse(text, "f", new DiagnosticBag());
        Assert.That(new GraphCompiler(Sample.Registry).Compile(root, "a1", bag), Is.Not.Null);
        Assert.That(bag.Items, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_mistake_of_the_text_counts_for_the_agent_it_is_in()
    {
        var other = Compile.Correct.Replace("a1.", "b2.");
        Assert.That(Compile.Text($"{Compile.Correct}\n{other}\nb2.sinks.k1.x = 1\nb2.sinks.k1.x = 2", new DiagnosticBag()), Is.Not.Null);
        Assert.That(Compile.Text($"{Compile.Correct}\n{other}\na1.sources.r1.batchSize = 1\na1.sources.r1.batchSize = 2", new DiagnosticBag()), Is.Null);
    }

    [Test]
    public void The_agents_of_a_text_are_those_with_lists()
    {
        var root = ConfigFormat.Properties.Parse(Compile.Correct + "\na2.channels = c\nx.y = 1", "f", new DiagnosticBag());
        Assert.That(AgentKeys.Agents(root), Is.EqualTo(new[] { "a1", "a2" }));
    }

    [Test]
    public void A_setting_of_the_command_line_is_named_as_such()
    {
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read(Compile.Correct, "agent.conf", ["a1.sources.r1.batchSize=ten"], _ => null, bag);
        new GraphCompiler(Sample.Registry).Compile(root, "a1", bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith("command line: error FLK2003: a1.sources.r1.batchSize: 'ten' is not a whole number"));
    }

    [Test]
    public void Five_hundred_components_compile_at_once()
    {
        var names = Enumerable.Range(0, 166).ToArray();
        var text = string.Join('\n', names.Select(i => $"""
            a1.sources.r{i}.type = spool
            a1.sources.r{i}.spoolDir = /in/{i}
            a1.sources.r{i}.channels = c{i}
            a1.sources.r{i}.interceptors = i1
            a1.sources.r{i}.interceptors.i1.type = stamp
            a1.channels.c{i}.type = memory
            a1.sinks.k{i}.type = file_roll
            a1.sinks.k{i}.sink.directory = /out/{i}
            a1.sinks.k{i}.channel = c{i}
            """).Append($"a1.sources = {List("r")}").Append($"a1.channels = {List("c")}").Append($"a1.sinks = {List("k")}"));
        Compile.Plan(Compile.Correct);
        var watch = Stopwatch.StartNew();
        Assert.That(Compile.Plan(text).Nodes, Has.Length.EqualTo(498));
        TestContext.Out.WriteLine($"{watch.ElapsedMilliseconds} ms");
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)), "an accident of quadratic size, not a benchmark");

        string List(string prefix) => string.Join(' ', names.Select(i => prefix + i));
    }
}
