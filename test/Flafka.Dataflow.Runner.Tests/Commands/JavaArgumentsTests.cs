using Flafka.Dataflow.Runner.Commands;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Commands;

public class JavaArgumentsTests
{
    private static readonly string[] LongOptions = ["--name", "--conf-file"];

    [Test]
    public void They_are_taken_off_the_command_line_of_agent()
    {
        var java = JavaArguments.Take(["agent", "-n", "a1", "-Dk=v=w", "-Dflag", "-Xms1g", "-javaagent:x.jar", "--classpath", "x", "-f", "agent.conf"], LongOptions);
        Assert.That(java.Others, Is.EqualTo(new[] { "agent", "-n", "a1", "-f", "agent.conf" }));
        Assert.That(java.Properties, Is.EqualTo(new[] { ("k", "v=w"), ("flag", "") }));
        Assert.That(java.Ignored, Is.EqualTo(new[] { "-Xms1g", "-javaagent:x.jar", "--classpath" }));
    }

    [Test]
    public void A_long_option_may_have_one_dash() =>
        Assert.That(
            JavaArguments.Take(["agent", "-name", "a1", "-conf-file=x", "-n", "-names"], LongOptions).Others,
            Is.EqualTo(new[] { "agent", "--name", "a1", "--conf-file=x", "-n", "-names" }));

    [Test]
    public void Other_commands_have_none() =>
        Assert.That(JavaArguments.Take(["run", "-Dk=v"], LongOptions).Others, Is.EqualTo(new[] { "run", "-Dk=v" }));

    [TestCase("-Dflume.root.logger=DEBUG,console", LogLevel.Debug)]
    [TestCase("-Dflume.root.logger=warn", LogLevel.Warning)]
    [TestCase("-Dflume.root.logger=ALL, LOGFILE", LogLevel.Trace)]
    [TestCase("-Dflume.root.logger=loud", null)]
    [TestCase("-Dother=DEBUG", null)]
    public void The_root_logger_sets_the_level(string arg, LogLevel? expected) =>
        Assert.That(JavaArguments.Take(["agent", arg], LongOptions).LogLevel, Is.EqualTo(expected));
}
