using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class ConfigFormatTests
{
    [TestCase("agent.json", "a=1", true)]
    [TestCase("agent.JSON", "a=1", true)]
    [TestCase("agent.conf", "a=1", false)]
    [TestCase("agent.properties", "# {", false)]
    [TestCase("agent.conf", "\uFEFF \n{ }", true)]
    [TestCase("agent", "// x\n{}", true)]
    [TestCase("agent", "", false)]
    public void The_format_comes_from_the_extension_or_the_first_character(string path, string text, bool isJson) =>
        Assert.That(ConfigFormat.Detect(path, text), Is.SameAs(isJson ? ConfigFormat.Json : ConfigFormat.Properties));
}
