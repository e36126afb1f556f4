using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>From text to plan with the sample components.</summary>
internal static class Compile
{
    /// <summary>A correct agent.</summary>
    public const string Correct = """
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = spool
        a1.sources.r1.spoolDir = /in
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.sinks.k1.type = file_roll
        a1.sinks.k1.sink.directory = /out
        a1.sinks.k1.channel = c1
        """;

    /// <summary>What binding needs: the sample components and nothing of this machine.</summary>
    public static BindingContext Context()
    {
        var settings = ConfigurationSettings.Default with { Environment = _ => null, SystemHadoopDirectory = string.Empty };
        return new BindingContext(Sample.Registry, settings, TypeMap.Parse([], new DiagnosticBag()), new DefaultFileSystem(settings));
    }

    public static GraphPlan Plan(string text)
    {
        var bag = new DiagnosticBag();
        var plan = Text(text, bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.Empty);
        return plan!;
    }

    public static string Diagnostics(string text, string agent = "a1")
    {
        var bag = new DiagnosticBag();
        var plan = Text(text, bag, agent);
        Assert.That(plan is null, Is.EqualTo(bag.HasErrors));
        return DiagnosticRenderer.Render(bag.Items);
    }

    public static GraphPlan? Text(string text, DiagnosticBag bag, string agent = "a1")
    {
        var root = ConfigurationReader.Read(text, text.TrimStart().StartsWith('{') ? "agent.json" : "agent.conf", [], _ => null, bag);
        return new GraphCompiler(Sample.Registry).Compile(root, agent, bag);
    }
}
