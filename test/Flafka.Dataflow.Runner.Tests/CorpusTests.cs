using System.Collections.Immutable;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>
/// Configurations with the real components. <c>Mistakes</c>: one mistake each, the output beside it; what JSON can say too has the same file in JSON, and
/// gives the same codes there. <c>Correct</c>: nothing to say. With FLAFKA_UPDATE_GOLDEN=1 the expected files are written instead of compared.
/// </summary>
public class CorpusTests
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("FLAFKA_UPDATE_GOLDEN") == "1";
    private static readonly string Mistakes = Repository.Path("test/Flafka.Dataflow.Runner.Tests/TestData/Mistakes");
    private static readonly string Correct = Repository.Path("test/Flafka.Dataflow.Runner.Tests/TestData/Correct");
    private static readonly string Expected = Repository.Path("test/Flafka.Dataflow.Runner.Tests/TestData/Examples");

    // Configurations of others, beside the project or where FLAFKA_EXAMPLES says.
    private static readonly string Examples = Environment.GetEnvironmentVariable("FLAFKA_EXAMPLES") is { Length: > 0 } folder ? folder : Repository.Path("../shared/examples");

    private static IEnumerable<string> NamesOfMistakes => Names(Mistakes);

    private static IEnumerable<string> NamesOfCorrect => Names(Correct);

    private static IEnumerable<string> NamesOfExamples => Names(Expected);

    [TestCaseSource(nameof(NamesOfMistakes))]
    public void A_mistake_gives_one_finding_with_its_place_in_both_formats(string name)
    {
        var (_, findings) = CompileFile(Mistakes, $"{name}.conf");
        Compare(Path.Combine(Mistakes, $"{name}.expected"), findings);
        Assert.That(findings, Is.Not.Empty.And.All.Matches<Diagnostic>(finding => finding.Span.Line > 0 && finding.Span.Column > 0));
        Assert.That(findings.Count(finding => finding.Severity == DiagnosticSeverity.Error), Is.LessThanOrEqualTo(1));

        // A value that is left empty is worth a warning, and may be missed as well.
        Assert.That(findings, Has.Length.EqualTo(1).Or.Some.Property(nameof(Diagnostic.Code)).EqualTo(Codes.EmptyValue.Id));
        if (File.Exists(Path.Combine(Mistakes, $"{name}.json")))
        {
            Assert.That(Found(CompileFile(Mistakes, $"{name}.json").Findings), Is.EqualTo(Found(findings)));
        }
    }

    [TestCaseSource(nameof(NamesOfCorrect))]
    public void A_correct_configuration_gives_none_and_means_the_same_in_both_formats(string name)
    {
        var (plan, findings) = CompileFile(Correct, $"{name}.conf");
        Assert.That(DiagnosticRenderer.Render(findings), Is.Empty);
        var (twin, ofTwin) = CompileFile(Correct, $"{name}.json");
        Assert.That(DiagnosticRenderer.Render(ofTwin), Is.Empty);
        Assert.That(PlanRenderer.Json(twin!), Is.EqualTo(PlanRenderer.Json(plan!)));
        Assert.That(PlanRenderer.Json(RoundTrip(Correct, $"{name}.conf").Plan!), Is.EqualTo(PlanRenderer.Json(plan!)));
    }

    [TestCaseSource(nameof(NamesOfExamples))]
    public void An_example_gives_what_a_careful_reviewer_would_say(string name)
    {
        RequireExamples();
        var (_, findings) = CompileFile(Examples, $"{name}.conf");
        Compare(Path.Combine(Expected, $"{name}.expected"), findings);

        // What the text itself is blamed for is gone after the way through JSON.
        var (_, again) = RoundTrip(Examples, $"{name}.conf");
        Assert.That(Found(again), Is.EqualTo(Found(findings.Where(finding => finding.Code != Codes.InvisibleCharacter.Id))));
    }

    [Test]
    public void Every_example_is_compared()
    {
        RequireExamples();
        Assert.That(Names(Examples), Is.EquivalentTo(NamesOfExamples));
    }

    [Test]
    public void The_corpus_is_as_large_as_promised()
    {
        Assert.That(NamesOfMistakes.Count(), Is.GreaterThanOrEqualTo(200));
        Assert.That(NamesOfCorrect.Count(), Is.GreaterThanOrEqualTo(50));
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder, folder == Expected ? "*.expected" : "*.conf").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private static void RequireExamples()
    {
        if (!Directory.Exists(Examples))
        {
            Peers.Skip("the folder ../shared/examples is not there: set FLAFKA_EXAMPLES to one like it");
        }
    }

    private static void Compare(string file, ImmutableArray<Diagnostic> findings)
    {
        var text = DiagnosticRenderer.Render(findings);
        if (IsUpdate)
        {
            File.WriteAllText(file, text);
        }

        Assert.That(text, Is.EqualTo(File.ReadAllText(file)));
    }

    private static string[] Found(IEnumerable<Diagnostic> findings) => [.. findings.Select(finding => $"{finding.Code} {finding.Path}").Order(StringComparer.Ordinal)];

    private static (GraphPlan? Plan, ImmutableArray<Diagnostic> Findings) CompileFile(string folder, string name) => Compile(File.ReadAllText(Path.Combine(folder, name)), name);

    private static (GraphPlan? Plan, ImmutableArray<Diagnostic> Findings) RoundTrip(string folder, string name)
    {
        var tree = ConfigFormat.Properties.Parse(File.ReadAllText(Path.Combine(folder, name)), name, new DiagnosticBag());
        return Compile(JsonTreeWriter.Write(tree), Path.ChangeExtension(name, ".json"));
    }

    private static (GraphPlan? Plan, ImmutableArray<Diagnostic> Findings) Compile(string text, string name)
    {
        // Nothing of this machine.
        var settings = ConfigurationSettings.Default with { Environment = _ => null, SystemHadoopDirectory = string.Empty };
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read(text, name, settings, bag);
        var agents = AgentKeys.Agents(root);
        var plan = new GraphCompiler(KnownComponents.Registry, settings).Compile(root, agents.Count == 1 ? agents[0] : "a1", bag);
        Assert.That(plan is null, Is.EqualTo(bag.HasErrors));
        return (plan, [.. bag.Items]);
    }
}
