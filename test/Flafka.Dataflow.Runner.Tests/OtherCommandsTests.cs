using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class OtherCommandsTests : IDisposable
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
        a1.sources.r1.bind = 127.0.0.1

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
        Assert.That(Cells(output), Is.EqualTo(new[]
        {
            "FILE|AGENT|RESULT|WEAKEST GUARANTEE",
            $"{good}|a1|runs|lost in a crash",
            $"{good}|a2|runs with 1 note|lost in a crash",
            $"{bad}|a1|1 error|-",
            $"{_folder["none.conf"]}|-|1 error|-",
            "3 files: 2 agents would run, 2 would not.",
        }));
        Assert.That(error, Does.Contain("warning FLK2007: a2.sources.r1.unheardOf").And.Contain("error FLK2003: a1.sources.r1.port").And.Contain($"{_folder["none.conf"]}: error FLK1017"));
        Assert.That((await FlafkaProcess.RunAsync("validate", good)).Code, Is.Zero);
    }

    [Test]
    public async Task Validate_looks_into_folders_and_leaves_other_programs_files_alone()
    {
        _folder.Write("conf/flume.conf", Text);
        _folder.Write("conf/log4j.properties", "log4j.rootLogger = INFO, console\n");
        _folder.Write("conf/below/agent.json", """{"a2": {"sources": {"r1": {"type": "seq"}}}}""");
        _folder.Write("conf/README.txt", "a1.sources = nonsense\n");
        var (code, output, error) = await FlafkaProcess.RunAsync("validate", _folder["conf"]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(Cells(output), Is.EqualTo(new[]
        {
            "FILE|AGENT|RESULT|WEAKEST GUARANTEE",
            $"{_folder["conf/below/agent.json"]}|a2|2 errors|-",
            $"{_folder["conf/flume.conf"]}|a1|runs|lost in a crash",
            $"{_folder["conf/log4j.properties"]}|-|no agent in it|-",
            "3 files: 1 agent would run, 1 would not.",
        }), error);
        Directory.CreateDirectory(_folder["none"]);
        Assert.That((await FlafkaProcess.RunAsync("validate", _folder["none"])).Error, Does.StartWith($"{_folder["none"]}: error FLK1017: the folder holds no configuration\n"));
    }

    [Test]
    public async Task Validate_answers_programs_in_json()
    {
        var bad = _folder.Write("bad.conf", Text.Replace("= 0", "= zero"));
        var (code, output, error) = await FlafkaProcess.RunAsync("validate", "-f", bad, "--format", "json");
        Assert.That((code, error), Is.EqualTo((2, "")));
        var verdict = JsonNode.Parse(output)![0]!;
        Assert.That(((string?)verdict["file"], (string?)verdict["agent"], (bool)verdict["runs"]!, (string?)verdict["weakestGuarantee"]), Is.EqualTo((bad, "a1", false, (string?)null)));
        var finding = verdict["findings"]![0]!;
        Assert.That(
            ((string?)finding["code"], (string?)finding["severity"], (string?)finding["origin"], (int)finding["line"]!, (int)finding["column"]!, (string?)finding["key"]),
            Is.EqualTo(("FLK2003", "error", bad, 5, 22, "a1.sources.r1.port")));
    }

    [TestCase("dot", "digraph \"a1\" {\n", "  \"channel:c1\" -> \"sink:k1\";\n")]
    [TestCase("mermaid", "flowchart LR\n", "  n1[(\"c1: memory\")]\n")]
    [TestCase("json", "{\n", "\"level\": \"lost-in-crash\"")]
    public async Task Plan_draws_pictures(string format, string start, string part)
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("plan", "-f", _folder.Write("agent.conf", Text), "--format", format);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith(start).And.Contain(part));
    }

    [Test]
    public async Task Components_lists_kinds_and_explains_one()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("components", "sources");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(Cells(output), Has.Some.StartsWith("source|spooldir|Reads the files").And.All.Not.StartsWith("sink|"));
        Assert.That((await FlafkaProcess.RunAsync("components", "spooldir")).Output, Does.StartWith("source spooldir\n").And.Contain("\n  spoolDir  (text, required)\n"));
        Assert.That((await FlafkaProcess.RunAsync("components", "spooldr")), Is.EqualTo((2, "", "flafka: error: there is no kind or component 'spooldr'. Did you mean 'spooldir'?\n")));
    }

    [Test]
    public async Task Version_names_the_program_and_what_it_runs_on()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("version");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith($"Flafka {typeof(ExitCode).Assembly.GetName().Version!.ToString(3)}\n").And.Contain("Runs on .NET 10."));
    }

    [Test]
    public async Task Agent_takes_the_command_line_of_Flumes_guide()
    {
        await using var flafka = FlafkaProcess.Start(
            "agent", "--conf", "conf", "--conf-file", _folder.Write("agent.conf", Text), "--name", "a1", "-Dflume.root.logger=DEBUG,console", "-Dflume.monitoring.type=http", "-Dflume.monitoring.port=34545");
        await flafka.LineAsync("Agent a1 runs.");
        await flafka.SignalAsync("TERM");
        var (code, _, error) = await flafka.EndAsync();
        Assert.That(code, Is.Zero);
        Assert.That(error, Is.EqualTo("flafka: info: '-Dflume.monitoring.type=http': this version serves no metrics over the network; nothing listens. Counters are in the log once a minute.\n"));
    }

    [Test]
    public async Task Log_messages_can_be_JSON()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("run", "-f", _folder.Write("agent.conf", Text), "--until-idle", "0", "--log-format", "json");
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        var lines = output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.That(lines.Select(line => (string?)line["message"]), Has.Some.EqualTo("Agent a1 runs."));
        Assert.That(lines.Select(line => (string?)line["level"]), Is.All.EqualTo("info"));
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
    public async Task An_agent_without_its_name_is_told_where_the_name_belongs()
    {
        var path = _folder.Write("nameless.json", """{ "sources": { "r1": { "type": "seq" } }, "channels": { "c1": { "type": "memory" } } }""");
        Assert.That(await FlafkaProcess.RunAsync("run", "-f", path), Is.EqualTo((2, "",
            $"{path}(1,4): error FLK1013: sources: 'sources' stands where the name of an agent belongs\n" +
            "    Write a1.sources, in JSON { \"a1\": { \"sources\": ... } }, for an agent 'a1'.\n")));
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
            flafka: info: '-Dx' has no meaning here, except as ${sys:x} in a value.

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
        Assert.That((await FlafkaProcess.RunAsync("run", "--help")).Output, Does.Contain("Example"));
    }

    // The lines of a table with its cells.
    private static string[] Cells(string table) => Array.ConvertAll(table.TrimEnd().Split('\n'), line => Gap().Replace(line, "|"));

    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();
}
