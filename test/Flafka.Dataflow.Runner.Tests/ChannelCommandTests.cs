using System.Text.Json.Nodes;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChannelCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Data => _folder["data"];

    private string Segment => Path.Combine(Data, "segment-0000000001");

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Info_tells_what_is_inside()
    {
        await (await FilledAsync(30)).StopAsync(CancellationToken.None);
        var bytes = new FileInfo(Segment).Length;
        var (code, output, error) = await FlafkaProcess.RunAsync("channel", "info", Data);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Match($@"^FILE +BYTES +EVENTS +STATE\n{Segment} +{bytes} +30 +sound\n30 events wait for a sink, 3000 bytes of bodies\.\n$"));
        Assert.That(new FileInfo(Segment).Length, Is.EqualTo(bytes));
        var json = JsonNode.Parse((await FlafkaProcess.RunAsync("channel", "info", Data, "--format", "json")).Output)!;
        Assert.That(json[0]!["files"]![0]!["events"]!.GetValue<long>(), Is.EqualTo(30));
    }

    [Test]
    public async Task Verify_is_content_with_what_is_sound_and_names_what_is_not()
    {
        await (await FilledAsync(30)).StopAsync(CancellationToken.None);
        var (code, output, _) = await FlafkaProcess.RunAsync("channel", "verify", Data);
        Assert.That((code, output), Is.EqualTo((0, $"{Data}: sound, 30 events wait for a sink.\n")));
        var content = await File.ReadAllBytesAsync(Segment);
        content[100] ^= 1;
        await File.WriteAllBytesAsync(Segment, content);
        (code, output, _) = await FlafkaProcess.RunAsync("channel", "verify", Data);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Match($@"^{Segment}: bytes 32 to \d+ are damaged; 10 events are missing\n{Data}: damaged; .*, 20 events wait for a sink\.\n$"));
        var json = JsonNode.Parse((await FlafkaProcess.RunAsync("channel", "verify", Data, "--format", "json")).Output)!;
        Assert.That(json["isSound"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task What_a_crash_left_unfinished_is_no_damage()
    {
        await (await FilledAsync(30)).StopAsync(CancellationToken.None);
        await File.AppendAllTextAsync(Segment, "FLK\u001Ahalf");
        var (code, output, _) = await FlafkaProcess.RunAsync("channel", "info", Data);
        Assert.That((code, output), Is.EqualTo((0, output)));
        Assert.That(output, Does.Contain("30  ").And.Contain("sound; 8 bytes behind it were never finished, the next start cuts them off"));
    }

    [Test]
    public async Task An_open_channel_is_refused_and_its_holder_named()
    {
        var channel = await FilledAsync(10);
        var (code, output, error) = await FlafkaProcess.RunAsync("channel", "info", Data);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("FLK6105").And.Contain($"'{Data}' is used by process {Environment.ProcessId} on {Environment.MachineName}, channel a1.c1"));
        await channel.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task What_is_no_data_directory_is_told_apart()
    {
        await (await FilledAsync(10)).StopAsync(CancellationToken.None);
        _folder.Write("flume/log-1", "");
        Directory.CreateDirectory(_folder["empty"]);
        await RefusesAsync(_folder["none"], 2, "there is no directory");
        await RefusesAsync(_folder["empty"], 2, "holds no events of a file channel");
        await RefusesAsync(_folder["checkpoint"], 2, "holds the checkpoint of a file channel");
        await RefusesAsync(_folder["flume"], 1, "FLK6106");
        Assert.That(Directory.Exists(_folder["none"]), Is.False);
    }

    private static async Task RefusesAsync(string directory, int expected, string message)
    {
        var (code, _, error) = await FlafkaProcess.RunAsync("channel", "verify", directory);
        Assert.That((code, error), Is.EqualTo((expected, error)));
        Assert.That(error, Does.Contain(message));
    }

    // Batches of ten, of bodies of a hundred bytes.
    private async Task<FileChannel> FilledAsync(int events)
    {
        var options = new FileChannelOptions { DataDirs = [Data], CheckpointDir = _folder["checkpoint"] };
        var id = new ComponentId("a1", ComponentKind.Channel, "c1");
        var context = new ComponentContext(id, NullLoggerFactory.Instance, AgentRuntime.System, new NoServices());
        var channel = new FileChannel(options, new LocalStorage(AgentRuntime.System), context, NullLogger<FileChannel>.Instance);
        await channel.StartAsync(CancellationToken.None);
        for (var left = events; left > 0; left -= 10)
        {
            var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await channel.PutAsync(new EventBatch([.. Enumerable.Range(0, 10).Select(static _ => new FlumeEvent(new byte[100]))], Receipt.Create(_ => stored.SetResult())) { SettleWhenStored = true }, PutMode.Wait, CancellationToken.None);
            await stored.Task;
        }

        return channel;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
