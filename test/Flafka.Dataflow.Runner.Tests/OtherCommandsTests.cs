using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherCommandsTests : IDisposable
{
    private const string Text = """
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = http
        a1.sources.r1.port = 0
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.sinks.k1.type = logger
        a1.sinks.k1.channel = c1

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Plan_prints_the_graph_and_the_guarantees()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("plan", "-f", _folder.Write("agent.conf", Text));
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith("agent a1\n  source r1: http\n").And.Contain("guarantees\n  r1 -> c1 -> k1\n    Process crash: what c1 holds is lost"));
    }

    [Test]
    public async Task Plan_of_a_wrong_configuration_prints_what_is_wrong()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("plan", "-f", _folder.Write("agent.conf", Text.Replace("= logger", "= loger")));
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("agent.conf(8,20): error FLK2001: a1.sinks.k1.type: 'loger' is not a known sink\n    Did you mean 'logger'?\n"));
    }

    [Test]
    public async Task Validate_looks_at_all_agents_of_all_files()
    {
        var good = _folder.Write("good.conf", Text + Text.Replace("a1.", "a2.") + "a2.sources.r1.unheardOf = x\n");
        var bad = _folder.Write("bad.conf", Text.Replace("= 0", "= zero"));
        var (code, output, error) = await FlafkaProcess.RunAsync("validate", good, bad, _folder["none.conf"]);
        Assert.That(code, Is.EqualTo(2));
        var lines = output.Split('\n').Select(line => string.Join(" | ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        Assert.That(lines, Is.EqualTo(new[]
        {
            "FILE | AGENT | RESULT | WEAKEST GUARANTEE",
            $"{good} | a1 | runs | lost in a crash",
            $"{good} | a2 | runs with 1 note | lost in a crash",
            $"{bad} | a1 | 1 error | -",
            $"{_folder["none.conf"]} | - | 1 error | -",
            "3 files: 2 agents would run, 2 would not.",
            "",
        }));
        Assert.That(error, Does.Contain("warning FLK2007: a2.sources.r1.unheardOf").And.Contain("error FLK2003: a1.sources.r1.port").And.Contain($"{_folder["none.conf"]}: error FLK1017"));
        Assert.That((await FlafkaProcess.RunAsync("validate", good)).Code, Is.Zero);
    }

    [Test]
    public async Task A_file_without_an_agent_is_an_error()
    {
        var path = _folder.Write("empty.conf", "# nothing\n");
        foreach (var command in new[] { "validate", "plan -f", "run -f" })
        {
            var (code, _, error) = await FlafkaProcess.RunAsync([.. command.Split(' '), path]);
            Assert.That((code, error), Is.EqualTo((2, $"{path}: error FLK1013: the file describes no agent\n    Write AGENT.sources = ..., AGENT.channels = ..., AGENT.sinks = ...\n")), command);
        }
    }

    [Test]
    public async Task Agent_takes_the_command_line_of_flume_ng()
    {
        await using var flafka = FlafkaProcess.Start(
            "agent", "-n", "a1", "-c", "/etc/flume", "--conf-file", _folder.Write("agent.conf", Text), "--no-reload-conf", "-Dflume.root.logger=DEBUG,console", "-Dx=y", "-Xmx20m", "-C", "/lib/x.jar");
        await flafka.LineAsync("[Flafka.Dataflow.Runner.Execution.AgentRun] Agent a1 runs."); // categories are shown at DEBUG
        await flafka.SignalAsync("TERM");
        var (code, _, error) = await flafka.EndAsync();
        Assert.That(code, Is.Zero);
        Assert.That(error, Is.EqualTo("""
            flafka: info: '-Xmx20m' sets up a Java process and has no meaning here.
            flafka: info: '-C' sets up a Java process and has no meaning here.
            flafka: info: '-Dx' has no meaning here.

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task A_configuration_in_ZooKeeper_is_refused()
    {
        var (code, _, error) = await FlafkaProcess.RunAsync("agent", "-n", "a1", "-f", "x.conf", "-z", "localhost:2181");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("flafka: error: A configuration in ZooKeeper is not supported; write it to a file and name that with -f.\n"));
    }

    [Test]
    public async Task Without_a_command_the_commands_are_shown()
    {
        var (code, output, _) = await FlafkaProcess.RunAsync();
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Does.Contain("run ").And.Contain("agent ").And.Contain("validate ").And.Contain("plan "));
        Assert.That((await FlafkaProcess.RunAsync("run", "--help")).Code, Is.Zero);
    }
}
