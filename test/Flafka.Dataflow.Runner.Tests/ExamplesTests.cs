using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>Every example in both formats, with the same plan.</summary>
public class ExamplesTests
{
    private static readonly string Folder = Repository.Path("config/examples");

    private static IEnumerable<string> Names => Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Distinct().Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void An_example_means_the_same_in_both_formats(string name)
    {
        var (properties, ofProperties) = Compile($"{name}.conf");
        var (json, ofJson) = Compile($"{name}.json");
        Assert.That((ofProperties, ofJson), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
        Assert.That(PlanRenderer.Json(json!), Is.EqualTo(PlanRenderer.Json(properties!)));
    }

    private static (GraphPlan? Plan, string[] Findings) Compile(string name)
    {
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read(File.ReadAllText(Path.Combine(Folder, name)), name, [], _ => null, bag);
        var plan = new GraphCompiler(KnownComponents.Registry).Compile(root, "a1", bag);
        return (plan, [.. bag.Items.Where(item => item.Severity > DiagnosticSeverity.Info).Select(item => item.Code)]);
    }
}
