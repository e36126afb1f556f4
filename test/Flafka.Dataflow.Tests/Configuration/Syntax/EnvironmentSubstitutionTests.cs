using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class EnvironmentSubstitutionTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["PORT"] = "44444", ["EMPTY"] = "", ["NESTED"] = "${env:PORT}", ["WHICH"] = "PORT", ["LOOP"] = "${env:LOOP}",
    };

    [TestCase("${env:PORT}", "44444")]
    [TestCase("${ENV:PORT}", "44444")]
    [TestCase("${PORT}", "44444")]
    [TestCase("http://h:${PORT}/x/${PORT}", "http://h:44444/x/44444")]
    [TestCase("${env:NO:-7}", "7")]
    [TestCase("${NO:-${PORT}}", "44444")]
    [TestCase("x${env:EMPTY:-7}", "x")]
    [TestCase("$${env:PORT}", "${env:PORT}")]
    [TestCase("${env:NESTED}", "44444")]
    [TestCase("${env:${env:WHICH}}", "44444")]
    [TestCase("${base}/in", "/data/in")]
    [TestCase("${a.other}", "o")]
    [TestCase("${f1['key']}", "${f1['key']}")]
    [TestCase("${unclosed", "${unclosed")]
    [TestCase("%{header} and {b}", "%{header} and {b}")]
    public void Placeholders_are_replaced(string value, string expected)
    {
        var bag = new DiagnosticBag();
        var root = Apply($"base = /data\na.other = o\na.key = {value}\na.use = ${{base}}", bag);
        Assert.That(root.Find("a.key")!.Value, Is.EqualTo(expected));
        Assert.That(Trees.Codes(bag), Is.Empty);
    }

    [Test]
    public void What_has_no_value_stays_as_written_and_the_compiler_gets_a_warning()
    {
        var bag = new DiagnosticBag();
        var node = Apply("a.key = x${env:NO}y${env:PORT}", bag).Find("a.key")!;
        Assert.That(node.Value, Is.EqualTo("x${env:NO}y44444"));
        Assert.That(bag.Items, Is.Empty);
        Assert.That(DiagnosticRenderer.Render([node.Unresolved!]), Does.StartWith("agent.conf(1,9): warning FLK1010: a.key: '${env:NO}' has no value and stays as written"));
    }

    [TestCase("secret\n", "secret")]
    [TestCase("secret\r\nsecond", "secret")]
    [TestCase("secret", "secret")]
    [TestCase("  spaced  \n", "spaced")]
    [TestCase("grün", "grün")]
    public void The_first_line_of_a_file(string text, string expected)
    {
        using var folder = new TempFolder();
        var bag = new DiagnosticBag();
        Assert.That(Apply($"a.key = ${{file:{folder.Write("secret", text)}}}", bag).Find("a.key")!.Value, Is.EqualTo(expected));
        Assert.That(Trees.Codes(bag), Is.Empty);
    }

    [Test]
    public void A_file_that_is_not_there_has_a_default_or_a_hint()
    {
        using var folder = new TempFolder();
        var none = folder["none"];
        Assert.That(Apply($"a.key = ${{file:{none}:-other}}", new DiagnosticBag()).Find("a.key")!.Value, Is.EqualTo("other"));
        var node = Apply($"a.key = ${{file:{none}}}", new DiagnosticBag()).Find("a.key")!;
        Assert.That((node.Value, node.Unresolved?.Code), Is.EqualTo(($"${{file:{none}}}", "FLK1010")));
        Assert.That(node.Unresolved!.Hint, Does.Contain(none));
    }

    [Test]
    public void A_line_without_end_is_no_secret()
    {
        using var folder = new TempFolder();
        var file = folder.Write("long", new string('x', 64 * 1024));
        Assert.That(Apply($"a.key = ${{file:{file}}}", new DiagnosticBag()).Find("a.key")!.Unresolved!.Hint, Is.EqualTo($"The first line of '{file}' is longer than 65536 characters."));
    }

    [Test]
    public void A_circle_is_an_error()
    {
        var bag = new DiagnosticBag();
        Apply("x = ${y}\ny = ${x}\na.key = ${x}\na.env = ${env:LOOP}", bag);
        Assert.That(Trees.Codes(bag), Does.Contain("FLK1011"));
    }

    [Test]
    public void A_value_that_doubles_itself_ends()
    {
        var text = "v0 = x${PORT}\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"v{i} = ${{v{i - 1}}}${{v{i - 1}}}\n")) + "a.key = ${v30}";
        Assert.That(Apply(text, new DiagnosticBag()).Find("a.key"), Is.Not.Null);
    }

    [Test]
    public void An_empty_result_counts_as_not_given()
    {
        var bag = new DiagnosticBag();
        Assert.That(Apply("a.key = ${env:EMPTY}\na.b = 1", bag).Find("a.key")?.Value, Is.Null);
        Assert.That(Trees.Codes(bag), Is.EqualTo(new[] { "FLK1007" }));
    }

    [Test]
    public void Places_stay_those_of_the_placeholder() =>
        Assert.That(Apply("a.key = ${env:PORT}", new DiagnosticBag()).Find("a.key")!.ValueSpan, Is.EqualTo(new SourceSpan("agent.conf", 1, 9)));

    [Test]
    public void A_key_without_an_agent_is_a_warning_when_no_placeholder_uses_it()
    {
        var bag = new DiagnosticBag();
        var root = Apply("nodot = 1\nused = 2\na.key = ${used}", bag);
        Assert.That(root.Children.Select(child => child.Key), Is.EqualTo(new[] { "a" }));
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith("agent.conf(1,1): warning FLK1009: nodot:"));
    }

    private static ConfigNode Apply(string text, DiagnosticBag bag) =>
        EnvironmentSubstitution.Apply(
        Trees.Properties(text, bag), ConfigurationSettings.Default with { Environment = name => Environment.GetValueOrDefault(name) }, bag);
}
