using Flafka.Dataflow.Components.ConfigFilters;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.ConfigFilters;

/// <summary>With programs of this machine: what a program does to its pipes cannot be played.</summary>
[TestFixture]
[Platform(Exclude = "Win")]
public sealed class ExternalProcessFilterTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("echo \"value of $1\"", "value of my_key")]
    [TestCase("printf 'first\\r\\nsecond\\n'", "first")]
    [TestCase("printf 'no line end'", "no line end")]
    [TestCase("printf '\\nsecond\\n'", "")]
    [TestCase("printf 'gr\\303\\274n\\n'", "grün")]
    [TestCase("echo told >&2; echo value", "value")]
    public void The_first_line_is_the_value(string script, string expected) => Assert.That(Find(script), Is.EqualTo(expected));

    [Test]
    public void No_shell_reads_the_command() =>
        Assert.That(new ExternalProcessFilter(new ExternalProcessFilterOptions { Command = "/bin/echo $HOME  'a b'" }).Find("k;ls"), Is.EqualTo("$HOME 'a b' k;ls"));

    [Test]
    public void Another_character_set() =>
        Assert.That(Find("printf 'gr\\374n\\n'", static command => new ExternalProcessFilterOptions { Command = command, Charset = "ISO-8859-1" }), Is.EqualTo("grün"));

    [TestCase("echo half; exit 3", "ended with exit code 3")]
    [TestCase("exit 0", "wrote nothing")]
    [TestCase("while :; do echo 0123456789012345678901234567890123456789; done | tr -d '\\n'", "wrote more than 65536 characters")]
    public void A_program_without_a_value_says_why(string script, string why) =>
        Assert.That(() => Find(script), Throws.InvalidOperationException.With.Message.EqualTo($"'/bin/sh' {why}"));

    [Test]
    public void A_program_that_does_not_end_is_ended_with_its_children() =>
        Assert.That(
            () => Find("sleep 600 & sleep 600", static command => new ExternalProcessFilterOptions { Command = command, Timeout = TimeSpan.FromMilliseconds(200) }),
            Throws.InvalidOperationException.With.Message.Contains("did not end within"));

    [Test]
    public void A_program_that_is_not_there() =>
        Assert.That(
            () => new ExternalProcessFilter(new ExternalProcessFilterOptions { Command = _folder["none"] }).Find("k"),
            Throws.InvalidOperationException.With.Message.StartsWith($"'{_folder["none"]}' cannot be started: "));

    private string? Find(string script, Func<string, ExternalProcessFilterOptions>? options = null)
    {
        var command = $"/bin/sh {_folder.Write("filter", script)}";
        return new ExternalProcessFilter(options?.Invoke(command) ?? new ExternalProcessFilterOptions { Command = command }).Find("my_key");
    }
}
