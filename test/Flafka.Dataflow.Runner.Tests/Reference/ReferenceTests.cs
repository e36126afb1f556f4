using System.Text.RegularExpressions;
using Flafka.Dataflow.Runner.Reference;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Reference;

public partial class ReferenceTests
{
    private static readonly string Folder = Repository.Path("config/reference");

    private static IEnumerable<string> Components => ComponentPages.Ordered.Select(component => $"{component.Kind} {component.DisplayName}");

    [Test]
    public void The_committed_reference_is_what_the_program_writes()
    {
        var expected = ReferenceFiles.All().ToDictionary(file => file.Name, file => file.Text);
        Assert.That(Directory.GetFiles(Folder).Select(Path.GetFileName), Is.EquivalentTo(expected.Keys), "run scripts/docs.sh");
        foreach (var (name, text) in expected)
        {
            Assert.That(File.ReadAllText(Path.Combine(Folder, name)), Is.EqualTo(text), $"{name}: run scripts/docs.sh");
        }
    }

    [Test]
    public void The_table_in_the_readme_is_the_one_of_the_reference() =>
        Assert.That(
            ComponentTable().Match(File.ReadAllText(Repository.Path("README.md"))).Groups["table"].Value,
            Is.EqualTo(FlumeTable.Overview()), "run scripts/docs.sh");

    [Test]
    public void The_table_has_every_component_of_Flume_once()
    {
        var names = CodeWord().Count(FlumeTable.Overview());
        Assert.That(names, Is.EqualTo(Unsupported.OfFlume.Count));
    }

    [Test]
    public void The_table_has_every_component_that_stands_for_one_of_Flume() => Assert.That(
        KnownComponents.Registry.All.SelectMany(component => component.JavaClasses.Select(name => (component.Kind, Name: Plain(name)))).Distinct()
            .Where(item => item.Name.StartsWith("org.apache.", StringComparison.Ordinal))
            .Except(Unsupported.OfFlume.Select(row => (row.Kind, Name: Plain(row.JavaClass)))),
        Is.Empty);

    [TestCaseSource(nameof(Components))]
    public void The_examples_of_a_page_compile_in_both_formats(string id)
    {
        var component = ComponentPages.Ordered.Single(component => $"{component.Kind} {component.DisplayName}" == id);
        foreach (var isFull in new[] { false, true })
        {
            foreach (var (name, text) in new[] { ("a.conf", ExampleConfiguration.Properties(component, isFull)), ("a.json", ExampleConfiguration.Json(component, isFull)) })
            {
                var bag = new DiagnosticBag();
                var root = ConfigurationReader.Read(text, name, [], _ => null, bag);
                new GraphCompiler(KnownComponents.Registry).Compile(root, "a1", bag);
                var least = isFull ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
                Assert.That(bag.Items.Where(item => item.Severity >= least).Select(DiagnosticRenderer.Render), Is.Empty, text);
            }
        }
    }

    [Test]
    public void Every_component_and_option_is_described() => Assert.That(
        from component in ComponentPages.Ordered
        from name in component.Options.Where(option => string.IsNullOrWhiteSpace(option.Summary)).Select(option => option.Key).Concat(string.IsNullOrWhiteSpace(component.Summary) ? ["(itself)"] : [])
        select $"{component.Kind} {component.DisplayName}: {name}",
        Is.Empty);

    [Test]
    public void Every_condition_in_the_source_is_in_the_register()
    {
        var used = Directory.EnumerateFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("RunTimeConditions.cs", StringComparison.Ordinal))
            .SelectMany(file => Condition().Matches(File.ReadAllText(file)).Select(match => match.Value)).Distinct().ToArray();
        Assert.That(used, Is.Not.Empty);
        Assert.That(used.Except(RunTimeConditions.All.Select(condition => condition.Code)), Is.Empty);
    }

    private static string Plain(string javaClass) => javaClass.Replace("$Builder", string.Empty, StringComparison.Ordinal);

    [GeneratedRegex(@"<!-- flume components -->\n(?<table>.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex ComponentTable();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex CodeWord();

    [GeneratedRegex(@"\bFLK6\d{3}\b")]
    private static partial Regex Condition();
}
