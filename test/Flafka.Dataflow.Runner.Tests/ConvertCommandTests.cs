using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConvertCommandTests : IDisposable
{
    private const string Text = """
        # to Kafka
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = seq
        a1.sources.r1.channels = c1
        a1.sources.forgotten.type = seq
        a1.channels.c1.type = memory
        a1.sinks.k1.type = org.apache.flume.sink.kafka.KafkaSink
        a1.sinks.k1.channel = c1
        a1.sinks.k1.kafka.bootstrap.servers = ${env:BROKERS:-b:9092}
        a1.sinks.k1.kafka.topic = t
        a1.sinks.k1.kafka.producer.ssl.key.password = hunter2
        a1.sinks.k1.kafka.producer.ssl.keystore.password = ${env:PASSWORD}

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task The_terminal_shows_placeholders_and_no_secrets()
    {
        var (code, output, error) = await FlafkaProcess.RunAsync("convert", "-f", _folder.Write("flume.conf", Text));
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("\"${env:BROKERS:-b:9092}\"").And.Contain("\"${env:PASSWORD}\"").And.Contain("\"***\"").And.Not.Contain("hunter2"));
        Assert.That(error, Is.EqualTo("""
            flafka: info: 1 comment line not carried over.
            flafka: info: a1.sources.forgotten is left out: 'a1.sources' does not list it, so it does nothing.
            flafka: info: 1 secret masked; -o FILE writes it.

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task A_file_has_the_secrets_and_is_only_for_its_owner_and_plans_the_same()
    {
        var from = _folder.Write("flume.conf", Text);
        var to = _folder["agent.json"];
        var (code, output, _) = await FlafkaProcess.RunAsync("convert", "-f", from, "-o", to);
        Assert.That((code, output), Is.EqualTo((0, "")));
        Assert.That(File.ReadAllText(to), Does.Contain("\"hunter2\"").And.Contain("\"${env:PASSWORD}\""));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(to), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.That((await FlafkaProcess.RunAsync("plan", "-f", to)).Output, Is.EqualTo((await FlafkaProcess.RunAsync("plan", "-f", from)).Output).And.Not.Empty);
    }

    [Test]
    public async Task An_existing_file_is_replaced_only_by_force()
    {
        var from = _folder.Write("flume.conf", Text);
        var to = _folder.Write("agent.json", "mine");
        var refused = await FlafkaProcess.RunAsync("convert", "-f", from, "-o", to);
        Assert.That(refused.Code, Is.EqualTo(2));
        Assert.That(refused.Error, Does.EndWith($"flafka: error: '{to}' exists; --force replaces it.\n"));
        Assert.That(File.ReadAllText(to), Is.EqualTo("mine"));
        Assert.That((await FlafkaProcess.RunAsync("convert", "-f", from, "-o", to, "--force")).Code, Is.Zero);
        Assert.That(File.ReadAllText(to), Does.StartWith("{"));
    }

    [Test]
    public async Task A_file_that_cannot_be_written_ends_with_1()
    {
        var to = _folder["no/such/folder/agent.json"];
        var (code, output, error) = await FlafkaProcess.RunAsync("convert", "-f", _folder.Write("flume.conf", Text), "-o", to);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain($"flafka: error: cannot write '{to}': "));
    }
}
