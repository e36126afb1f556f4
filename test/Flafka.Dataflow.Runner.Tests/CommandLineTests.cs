using System.Diagnostics;
using System.Text.Json;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandLineTests : IDisposable
{
    private const string Text = """
        # two
        # comments
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = http
        a1.sources.r1.port = ${PORT:-0}
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.sinks.k1.type = kafka
        a1.sinks.k1.kafka.bootstrap.servers = localhost:9092
        a1.sinks.k1.kafka.producer.sasl.jaas.config = geheim
        a1.sinks.k1.kafka.producer.ssl.key.password = ${env:KEY_PASSWORD}
        a1.sinks.k1.channel = c1
        a1.sinks.k9.type = null
        a1.sources.r1.bind = 127.0.0.1

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Convert_keeps_placeholders_and_masks_secrets_on_the_terminal()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("convert", "-f", _folder.Write("a.conf", Text));
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("\"port\": \"${PORT:-0}\"").And.Contain("\"${env:KEY_PASSWORD}\"").And.Contain("\"***\"").And.Not.Contain("geheim"));
        Assert.That(error, Is.EqualTo("""
            flafka: info: 2 comment lines not carried over.
            flafka: info: a1.sinks.k9 is left out: 'a1.sinks' does not list it, so it does nothing.
            flafka: info: 1 secret masked; -o FILE writes it.

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task Convert_writes_secrets_into_a_file_that_only_its_owner_reads()
    {
        var path = _folder.Write("a.conf", Text);
        Assert.That((await FlafkaProcess.RunAsync("convert", "-f", path, "-o", _folder["a.json"])).Code, Is.Zero);
        Assert.That(File.ReadAllText(_folder["a.json"]), Does.Contain("geheim"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(_folder["a.json"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        var again = await FlafkaProcess.RunAsync("convert", "-f", path, "-o", _folder["a.json"]);
        Assert.That((again.Code, again.Error), Is.EqualTo((2, again.Error)));
        Assert.That(again.Error, Does.EndWith("exists; --force replaces it.\n"));
        Assert.That((await FlafkaProcess.RunAsync("convert", "-f", path, "-o", _folder["a.json"], "--force")).Code, Is.Zero);
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(2), "no temporary file is left");

        var before = await FlafkaProcess.RunAsync("plan", "-f", path, "--format", "json");
        var after = await FlafkaProcess.RunAsync("plan", "-f", _folder["a.json"], "--format", "json");
        Assert.That((after.Code, after.Output), Is.EqualTo((0, before.Output)));
    }

    [Test]
    public async Task What_fails_while_it_works_ends_with_1()
    {
        var converted = await FlafkaProcess.RunAsync("convert", "-f", _folder.Write("a.conf", Text), "-o", _folder["missing/a.json"]);
        Assert.That(converted.Code, Is.EqualTo(1));
        Assert.That(converted.Error, Does.Contain($"flafka: error: cannot write '{_folder["missing/a.json"]}': "));
        var written = await FlafkaProcess.RunAsync("docs", "--out", _folder["a.conf"]);
        Assert.That((written.Code, written.Error.Split('\n').Length), Is.EqualTo((1, 2)), written.Error);
    }

    [TestCase("text", "agent a1\n")]
    [TestCase("dot", "digraph \"a1\" {\n")]
    [TestCase("mermaid", "flowchart LR\n  n0[\"r1: http\"]\n")]
    [TestCase("json", "{\n  \"agent\": \"a1\",\n")]
    public async Task Plan_has_four_formats(string format, string start)
    {
        var (code, output, _) = await FlafkaProcess.RunAsync("plan", "-f", _folder.Write("a.conf", Text), "--format", format);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.StartWith(start).And.Not.Contain("geheim"));
    }

    [Test]
    public async Task Validate_takes_the_configurations_of_a_folder_and_no_other_files()
    {
        _folder.Write("conf/a.conf", Text);
        _folder.Write("conf/more/b.json", "{ \"b1\": { \"sources\": {");
        _folder.Write("conf/log4j.properties", "log4j.rootLogger = INFO, console\n");
        _folder.Write("conf/flume-env.sh", "export JAVA_HOME=/usr\n");
        var (code, output, error) = await FlafkaProcess.RunAsync("validate", _folder["conf"], "--format", "json");
        Assert.That((code, error), Is.EqualTo((2, "")));
        using var document = JsonDocument.Parse(output);
        var rows = document.RootElement.EnumerateArray().Select(row => $"{Path.GetFileName(row.GetProperty("file").GetString())} {row.GetProperty("agent")} {row.GetProperty("result")}");
        Assert.That(rows, Is.EqualTo(new[] { "a.conf a1 runs with 2 notes", "log4j.properties  no agent in it", "b.json  1 error" }));
    }

    [TestCase("rnu", "there is no command 'rnu'; did you mean 'run'?")]
    [TestCase("run -f x --untl-idle", "there is no option '--untl-idle'; did you mean '--until-idle'?")]
    [TestCase("convert", "Option '-f' is required.")]
    [TestCase("channel info", "Required argument missing for command: 'info'.")]
    [TestCase("run -f", "Required argument missing for option: '-f'.")]
    [TestCase("validate", "name a file or a folder to look at.")]
    [TestCase("plan -f x --format svg", "--format is 'svg'; it can be text, dot, mermaid or json.")]
    [TestCase("run -f x --log-level loud", "--log-level is 'loud'; it can be trace, debug, info, warn or error.")]
    [TestCase("components sink katka", "there is no sink 'katka'. Did you mean 'kafka'?")]
    [TestCase("completion tcsh", "'tcsh' is no shell known here; it can be bash, zsh or fish.")]
    [TestCase("agent -n a -f x -u http://h/a.conf", "A configuration behind a URI is not supported; fetch it into a file, for example with curl, and name that with -f.")]
    [TestCase("agent -n a -f x -d", "There is no Java command line to show; 'flafka plan -f FILE' shows what would run.")]
    public async Task A_mistyped_command_line_says_what_is_wrong(string line, string expected)
    {
        var (code, output, error) = await FlafkaProcess.RunAsync(line.Split(' '));
        Assert.That((code, output, error.Split('\n')[0]), Is.EqualTo((2, "", $"flafka: error: {expected}")), error);
    }

    [Test]
    public async Task Every_command_has_a_help_with_an_example()
    {
        foreach (var command in new[] { "run", "agent", "validate", "plan", "convert", "components", "docs", "completion", "version" })
        {
            var (code, output, error) = await FlafkaProcess.RunAsync(command, "--help");
            Assert.That((code, error), Is.EqualTo((0, "")));
            Assert.That(output, Does.Match($"Examples?:\n  flafka {command}"), output);
        }
    }

    [Test]
    public async Task The_command_line_of_the_guide_runs_unchanged()
    {
        Directory.CreateDirectory(_folder["conf"]);
        var path = _folder.Write("a.conf", """
            agent.sources = r1
            agent.channels = c1
            agent.sinks = k1
            agent.sources.r1.type = seq
            agent.sources.r1.totalEvents = 3
            agent.sources.r1.channels = c1
            agent.channels.c1.type = memory
            agent.sinks.k1.type = logger
            agent.sinks.k1.channel = c1
            """);
        await using var flafka = FlafkaProcess.Start(
            "agent", "--conf", _folder["conf"], "--conf-file", path, "--name", "agent", "-Dflume.root.logger=DEBUG,console", "-Dflume.monitoring.type=http", "-Dflume.monitoring.port=34545");
        await flafka.LineAsync("Agent agent runs.");
        await flafka.SignalAsync("TERM");
        var (code, _, error) = await flafka.EndAsync();
        Assert.That(code, Is.Zero);
        Assert.That(error, Does.StartWith("flafka: info: '-Dflume.monitoring.type=http': this version serves no metrics").And.Match("^[^\n]*\n$"));
    }

    [Test]
    public async Task Log_messages_can_be_JSON()
    {
        var path = _folder.Write("a.conf", Text.Replace("= kafka", "= null").Replace("a1.sinks.k1.kafka", "#"));
        var (code, output, error) = await FlafkaProcess.RunAsync("run", "-f", path, "--until-idle", "0", "--log-format", "json");
        Assert.That(code, Is.Zero, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.That(lines[0].GetProperty("values").GetProperty("Agent").GetString(), Is.EqualTo("a1"));
        Assert.That(lines, Has.All.Matches<JsonElement>(line => line.GetProperty("level").GetString() == "info" && line.GetProperty("id").GetInt32() > 0));
    }

    [Test]
    public async Task A_log_that_cannot_be_written_stops_no_agent()
    {
        var path = _folder.Write("a.conf", Text.Replace("= kafka", "= null").Replace("a1.sinks.k1.kafka", "#"));
        Assert.That(await ShellAsync($"dotnet {Program} run -f {path} --until-idle 0.2 > /dev/full 2> {_folder["error"]}"), Does.EndWith("exit 0\n"), File.ReadAllText(_folder["error"]));
        Assert.That(await ShellAsync($"dotnet {Program} run -f {path} --until-idle 0.2 2>&1 >&-"), Does.EndWith("exit 0\n"));
        Assert.That(
            await ShellAsync($"dotnet {Program} components 2>&1 > /dev/full"),
            Is.EqualTo("flafka: error: cannot write to standard output: No space left on device\nexit 1\n"));
        Assert.That(await ShellAsync($"dotnet {Program} validate {_folder.Write("bad.conf", "a1.sources = r1")} 2> /dev/full"), Does.EndWith("exit 2\n"));
        Assert.That(await ShellAsync($"dotnet {Program} components | head -1"), Does.StartWith("KIND").And.EndWith("exit 0\n"));
    }

    [Test]
    public async Task The_launcher_of_Flume_has_a_stand_in()
    {
        _folder.Write("flafka", $"#!/bin/sh\nexec dotnet {Program} \"$@\"\n");
        var launcher = $"chmod +x {_folder["flafka"]}; FLAFKA={_folder["flafka"]} {Repository.Path("scripts/flume-ng")}";
        Assert.That(await ShellAsync($"{launcher} version"), Does.StartWith("Flafka ").And.EndWith("exit 0\n"));
        Assert.That(await ShellAsync($"{launcher} help"), Does.Contain("Commands:").And.EndWith("exit 0\n"));
        Assert.That(await ShellAsync($"{launcher} node -n a1 -f none.conf 2>&1"), Does.Contain("FLK1017").And.EndWith("exit 2\n"));
        Assert.That(await ShellAsync($"{launcher} tool 2>&1"), Does.StartWith("flume-ng: error: ").And.EndWith("exit 1\n"));
    }

    [TestCase("flafka pl", "plan")]
    [TestCase("flafka plan --format ", "dot json mermaid text")]
    [TestCase("flafka completion ", "bash fish zsh")]
    public async Task Bash_completes(string line, string expected)
    {
        _folder.Write("flafka", $"#!/bin/sh\nexec dotnet {Program} \"$@\"\n");
        var script = $$"""
            chmod +x {{_folder["flafka"]}}; PATH={{_folder.Path}}:$PATH
            source <(flafka completion bash)
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<< "$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _flafka; printf '%s\n' "${COMPREPLY[@]}" | grep -v '^-' | sort | paste -sd' '
            """;
        Assert.That(await ShellAsync(script), Does.StartWith(expected + "\n"));
    }

    private static string Program => typeof(ExitCode).Assembly.Location;

    private static async Task<string> ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script + "\necho exit $?"]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }
}
