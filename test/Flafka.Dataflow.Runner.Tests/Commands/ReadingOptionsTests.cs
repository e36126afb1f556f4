using System.CommandLine;
using Flafka.Dataflow.Runner.Commands;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Commands;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadingOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Every_option_has_its_place_in_the_settings()
    {
        var settings = Settings(
            "--set", "a1.sinks.k1.type=null", "--set", "a1.sinks.k1.channel=c2", "--type", "com.acme.X=none", "--plugins-path", "/p1", "--plugins-path", "/p2:/p3", "--no-exec",
            "--encoding", "latin1", "--compatibility", "flume", "--default-fs", "hdfs://nn:8020", "-c", "/etc/flume");
        Assert.That(settings.Overrides, Is.EqualTo(new[] { "a1.sinks.k1.type=null", "a1.sinks.k1.channel=c2" }));
        Assert.That(settings.Types, Is.EqualTo(new[] { "com.acme.X=none" }));
        Assert.That(settings.PluginPaths, Is.EqualTo(new[] { "/p1", "/p2:/p3" }));
        Assert.That(
            (settings.AllowExecution, settings.Encoding, settings.Compatibility, settings.DefaultFileSystem, settings.ConfigurationDirectory),
            Is.EqualTo((false, ConfigurationEncoding.Latin1, CompatibilityMode.Flume, "hdfs://nn:8020", "/etc/flume")));
    }

    [Test]
    public void Without_options_the_settings_are_the_default()
    {
        var settings = Settings();
        Assert.That((settings.AllowExecution, settings.Encoding, settings.Compatibility), Is.EqualTo((true, ConfigurationEncoding.Utf8, CompatibilityMode.Strict)));
    }

    [TestCase("appsettings.json", """{ "Logging": {}, "Flafka": { "Agents": { "a1": { "sources": { "r1": { "type": "seq", "channels": "c1", "batchSize": 1 } }, "channels": { "c1": { "type": "memory" } }, "sinks": { "k1": { "type": "logger", "channel": "c1", "maxBytesToLog": 1 } } } } } }""")]
    [TestCase("agent.conf", """
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = seq
        a1.sources.r1.channels = c1
        a1.sources.r1.batchSize = 1
        a1.channels.c1.type = memory
        a1.sinks.k1.type = logger
        a1.sinks.k1.channel = c1
        a1.sinks.k1.maxBytesToLog = 1
        """)]
    public async Task The_environment_wins_over_the_file_and_the_command_line_over_both(string name, string text)
    {
        await using var flafka = FlafkaProcess.Start(
            [("Flafka__Agents__a1__sources__r1__batchSize", "20"), ("FLAFKA__AGENTS__A1__SINKS__K1__MAXBYTESTOLOG", "30"), ("Flafka__Agents__b1__sinks__k1__type", "null")],
            "plan", "-f", _folder.Write(name, text), "--set", "a1.sinks.k1.maxBytesToLog=40");
        var (code, output, error) = await flafka.EndAsync();
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("batchSize = 20").And.Contain("maxBytesToLog = 40"));
        Assert.That(error, Is.EqualTo("environment: warning FLK1009: b1.sinks.k1.type: there is no agent 'b1', so the value has no effect\n    Did you mean 'a1'?\n"));
    }

    [Test]
    public async Task A_mistake_in_the_environment_is_found_there()
    {
        await using var flafka = FlafkaProcess.Start(
            [("Flafka__Agents__a1__sources__r1__batchSize", "twenty")],
            "validate", _folder.Write("agent.conf", "a1.sources = r1\na1.channels = c1\na1.sinks = k1\na1.sources.r1.type = seq\na1.sources.r1.channels = c1\na1.channels.c1.type = memory\na1.sinks.k1.type = null\na1.sinks.k1.channel = c1\n"));
        var (code, _, error) = await flafka.EndAsync();
        Assert.That((code, error), Is.EqualTo((2, "environment: error FLK2003: a1.sources.r1.batchSize: 'twenty' is not a whole number\n    The default is 1.\n")));
    }

    private static ConfigurationSettings Settings(params string[] args)
    {
        var command = new Command("x");
        var reading = new ReadingOptions().AddTo(command);
        return reading.Settings(command.Parse(args))!;
    }
}
