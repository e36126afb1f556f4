using System.Text;
using System.Text.RegularExpressions;
using Flafka.Dataflow.Runner.Execution;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class RunCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Without_a_file_the_agent_is_that_of_the_settings_here_and_the_environment_wins()
    {
        _folder.Write("appsettings.json", """
            { "Flafka": { "Agents": { "a1": {
              "sources": { "r1": { "type": "seq", "totalEvents": 10, "channels": "c1" } },
              "channels": { "c1": { "type": "memory" } },
              "sinks": { "k1": { "type": "null", "channel": "c1" } } } } } }
            """);
        await using var flafka = FlafkaProcess.StartIn(_folder.Path, [("Flafka__Agents__a1__Sources__r1__TotalEvents", "7")], "run", "--until-idle", "0.1");
        var (code, output, error) = await flafka.EndAsync();
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(output, Does.Contain("in 7, held 0, out 7"));
    }

    [Test]
    public async Task Without_a_file_and_without_settings_it_says_what_it_looked_for()
    {
        await using var flafka = FlafkaProcess.StartIn(_folder.Path, [], "run");
        var (code, _, error) = await flafka.EndAsync();
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("appsettings.json: error").And.Contain("the file does not exist"));
    }

    [Test]
    public async Task Sigterm_drains_and_ends_with_0([Values("TERM", "INT")] string signal)
    {
        Directory.CreateDirectory(_folder["out"]);
        await using var flafka = FlafkaProcess.Start("run", "-f", Configuration());
        Assert.That(await PostAsync(flafka, 250), Is.EqualTo(200));
        await flafka.SignalAsync(signal);
        var (code, output, error) = await flafka.EndAsync();
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(Directory.GetFiles(_folder["out"]).SelectMany(File.ReadLines), Is.EqualTo(Enumerable.Range(0, 250).Select(n => $"event {n}")));
        Assert.That(output, Does.Contain("INFO  Starting agent a1 from "));
        Assert.That(output, Does.Contain("r1 -> c1 -> k1: Process crash: what c1 holds is lost, up to 1,000 events. Power cut: the same, and what file_roll wrote"));
        Assert.That(output.TrimEnd().Split('\n')[^1], Does.Contain("Agent a1 ended: in 250, held 0, out 250 in "));
    }

    [Test]
    public async Task Events_that_cannot_be_drained_are_counted_and_it_ends_with_3()
    {
        await using var flafka = FlafkaProcess.Start([("FLAFKA_DRAIN_TIMEOUT", "0.2")], "run", "-f", Configuration()); // the directory is not there
        Assert.That(await PostAsync(flafka, 7), Is.EqualTo(200));
        await flafka.SignalAsync("TERM");
        var (code, output, _) = await flafka.EndAsync();
        Assert.That(code, Is.EqualTo(3), output);
        Assert.That(output, Does.Contain("a1.sinks.k1 did not start and is tried again every 3 s"));
        Assert.That(output, Does.Contain("FLK6401: 7 events left in channel c1 are lost"));
    }

    [Test]
    public async Task A_second_signal_ends_the_draining()
    {
        await using var flafka = FlafkaProcess.Start("run", "-f", Configuration(), "--drain-timeout", "3600");
        Assert.That(await PostAsync(flafka, 7), Is.EqualTo(200));
        await flafka.SignalAsync("TERM");
        await flafka.LineAsync("Stopping: what is inside is delivered for up to 3600 s");
        await Task.Delay(StopSignals.Echo, TimeProvider.System); // the clock of a process of its own
        await flafka.SignalAsync("TERM");
        var (code, output, _) = await flafka.EndAsync();
        Assert.That(code, Is.EqualTo(3), output);
        Assert.That(output, Does.Contain("WARN  Second signal: what is not delivered yet is given up."));
    }

    [Test]
    public async Task A_signal_to_the_process_and_to_its_group_is_one()
    {
        await using var flafka = FlafkaProcess.Start("run", "-f", Configuration(), "--drain-timeout", "0.5");
        Assert.That(await PostAsync(flafka, 7), Is.EqualTo(200));
        await Task.WhenAll(flafka.SignalAsync("TERM"), flafka.SignalAsync("INT")); // two of one kind may be merged on their way
        var (_, output, _) = await flafka.EndAsync();
        Assert.That(output, Does.Contain("Stopping: ").And.Not.Contain("Second signal"));
    }

    [Test]
    public async Task A_disk_without_room_refuses_clients_and_ends_no_agent()
    {
        Directory.CreateDirectory(_folder["out"]);
        await using var flafka = FlafkaProcess.Start(
            "run", "-f", Configuration(), "--set", "a1.channels.c1.type=file", "--set", "a1.channels.c1.transactionCapacity=100", "--set", $"a1.channels.c1.dataDirs={_folder["data"]}",
            "--set", $"a1.channels.c1.checkpointDir={_folder["checkpoint"]}", "--set", "a1.channels.c1.minimumRequiredSpace=900000000000000000", "--set", "a1.channels.c1.keep-alive=0");
        Assert.That(await PostAsync(flafka, 1), Is.EqualTo(503));
        Assert.That(await PostAsync(flafka, 1), Is.EqualTo(503));
        await flafka.SignalAsync("TERM");
        var (code, output, _) = await flafka.EndAsync();
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("FLK6102").And.Not.Contain("bug"));
    }

    [Test]
    public async Task Until_idle_ends_by_itself()
    {
        Directory.CreateDirectory(_folder["out"]);
        var (code, output, error) = await FlafkaProcess.RunAsync("run", "-f", Configuration(), "--until-idle", "0.3");
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(output, Does.Contain("Agent a1 runs.").And.Not.Contain("Stopping"));
    }

    [Test]
    public async Task A_port_in_use_is_said_and_tried_again_and_a_stop_still_works()
    {
        await using var first = FlafkaProcess.Start("run", "-f", Configuration());
        var port = Port().Match(await first.LineAsync("listens on")).Value;
        await using var second = FlafkaProcess.Start("run", "-f", Configuration(), "--set", $"a1.sources.r1.port={port}");
        Assert.That(await second.LineAsync("FLK6302"), Does.Contain($"port {port} on 127.0.0.1 is in use"));
        await first.SignalAsync("TERM");
        await first.EndAsync();
        await second.LineAsync($"listens on http://127.0.0.1:{port}/");
        await second.SignalAsync("TERM");
        Assert.That((await second.EndAsync()).Code, Is.Zero);
    }

    [Test]
    public async Task A_configuration_with_mistakes_starts_nothing_and_ends_with_2()
    {
        var path = Configuration("""
            a1.channels.c1.transactionCapacity = ten
            a1.sinks.k1.sink.rolInterval = 5
            """);
        var (code, output, error) = await FlafkaProcess.RunAsync("run", "-f", path);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain($"{path}(12,38): error FLK2003: a1.channels.c1.transactionCapacity: 'ten' is not a whole number\n"));
        Assert.That(error, Does.Contain($"{path}(13,18): error FLK2006: a1.sinks.k1.sink.rolInterval: "));
        Assert.That(error, Does.Contain("Did you mean 'sink.rollInterval'?"));
    }

    [Test]
    public async Task A_path_that_is_no_readable_file_is_one_finding()
    {
        var missing = await FlafkaProcess.RunAsync("run", "-f", _folder["nowhere/agent.conf"]);
        var directory = await FlafkaProcess.RunAsync("run", "-f", _folder.Path);
        Assert.That(missing, Is.EqualTo((2, "", $"{_folder["nowhere/agent.conf"]}: error FLK1017: the file does not exist\n    Looked for {_folder["nowhere/agent.conf"]}.\n")));
        Assert.That(directory, Is.EqualTo((2, "", $"{_folder.Path}: error FLK1017: is a directory\n    Name the file inside.\n")));
    }

    [Test]
    public async Task A_file_that_is_no_text_is_one_finding()
    {
        var wide = _folder["wide.conf"];
        await File.WriteAllTextAsync(wide, "a1.sources = r1\n", Encoding.Unicode);
        var program = _folder["program.conf"];
        await File.WriteAllBytesAsync(program, [0x7F, 0x45, 0x4C, 0x46, 0, 0]);
        Assert.That(
            await FlafkaProcess.RunAsync("run", "-f", wide),
            Is.EqualTo((2, "", $"{wide}: error FLK1017: the file is written in UTF-16\n    Save it as UTF-8; editors on Windows call UTF-16 'Unicode'.\n")));
        Assert.That(
            await FlafkaProcess.RunAsync("run", "-f", program),
            Is.EqualTo((2, "", $"{program}: error FLK1017: the file is no text: it has a zero byte\n    Name the configuration, in Flume's properties format or JSON.\n")));
    }

    [Test]
    public async Task A_plugin_that_cannot_be_loaded_starts_nothing()
    {
        var file = _folder.Write("plugins/broken.dll", "<html>404</html>");
        var plugins = Path.GetDirectoryName(file)!;
        Assert.That(
            await FlafkaProcess.RunAsync("run", "-f", Configuration(), "--plugins-path", plugins, "--until-idle", "0"),
            Is.EqualTo((2, "", $"{plugins}: error FLK2015: '{file}' is no .NET assembly\n    Copy it again, or take it away.\n")));
        Assert.That(
            await FlafkaProcess.RunAsync("run", "-f", Configuration(), "--plugins-path", _folder["nowhere"], "--until-idle", "0"),
            Is.EqualTo((2, "", $"{_folder["nowhere"]}: error FLK2015: there is no such directory of plugins\n    Looked for {_folder["nowhere"]}.\n")));
    }

    [Test]
    public async Task A_file_without_its_option_is_told_where_it_belongs()
    {
        var path = Configuration();
        Assert.That(
            await FlafkaProcess.RunAsync("run", path),
            Is.EqualTo((2, "", $"flafka: error: a file is named with -f: 'flafka run -f {path}'.\nflafka: info: 'flafka run --help' shows the options.\n")));
    }

    [Test]
    public async Task Of_several_agents_one_has_to_be_named()
    {
        var path = Configuration();
        File.AppendAllText(path, File.ReadAllText(path).Replace("a1.", "b2."));
        var (code, _, error) = await FlafkaProcess.RunAsync("run", "-f", path);
        Assert.That((code, error), Is.EqualTo((2, $"{path}: error FLK1013: the file has 2 agents: a1, b2\n    Name the one to run with -n.\n")));
        Assert.That((await FlafkaProcess.RunAsync("run", "-f", path, "-n", "b2", "--until-idle", "0", "--set", "b2.sinks.k1.type=logger", "--set", "b2.sinks.k1.sink.directory=")).Code, Is.Zero);
    }

    [TestCase("--until-idle", "soon", "flafka: error: --until-idle is 'soon', which is not a number of seconds.\n")]
    [TestCase("--drain-timeout", "-1", "flafka: error: --drain-timeout is '-1', which is not a number of seconds.\n")]
    [TestCase("--until-idel", "1", "flafka: error: there is no option '--until-idel'; did you mean '--until-idle'?\n")]
    [TestCase("--log-level", "loud", "flafka: error: --log-level is 'loud'; it can be trace, debug, info, warn or error.\n")]
    [TestCase("--bogus", "x", "flafka: error: there is no option '--bogus'.\n")]
    public async Task A_wrong_command_line_ends_with_2(string option, string value, string expected)
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("run", "-f", Configuration(), option, value);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Is.EqualTo(expected + "flafka: info: 'flafka run --help' shows the options.\n"));
    }

    [Test]
    public async Task A_wrong_environment_ends_with_2()
    {
        await using var flafka = FlafkaProcess.Start([("FLAFKA_DRAIN_TIMEOUT", "long")], "run", "-f", Configuration());
        Assert.That(await flafka.EndAsync(), Is.EqualTo((2, "", "flafka: error: FLAFKA_DRAIN_TIMEOUT is 'long', which is not a number of seconds.\n")));
    }

    private string Configuration(string more = "") => _folder.Write("agent.conf", $"""
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = http
        a1.sources.r1.port = 0
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.channels.c1.capacity = 1000
        a1.sinks.k1.type = file_roll
        a1.sinks.k1.sink.directory = {_folder["out"]}
        a1.sinks.k1.channel = c1
        {more}
        a1.sources.r1.bind = 127.0.0.1

        """);

    private static async Task<int> PostAsync(FlafkaProcess flafka, int events)
    {
        var line = await flafka.LineAsync("listens on");
        await flafka.LineAsync("Agent a1 runs.");
        using var client = new HttpClient();
        var document = "[" + string.Join(',', Enumerable.Range(0, events).Select(n => $$"""{"body":"event {{n}}"}""")) + "]";
        var answer = await client.PostAsync(new Uri(line[line.IndexOf("http:", StringComparison.Ordinal)..]), new StringContent(document, Encoding.UTF8, "application/json"));
        return (int)answer.StatusCode;
    }

    [GeneratedRegex(@"(?<=:)\d+(?=/$)")]
    private static partial Regex Port();
}
