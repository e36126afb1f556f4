using System.Diagnostics;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>The same on a real disk: one that fills, one that is taken away.</summary>
public class FileChannelRealDiskTests
{
    [Test]
    public async Task On_the_thread_pool_every_put_gets_its_answer()
    {
        // In memory where that is possible: many syncs, so that one that ends just when the writer looks is among them.
        using var folder = new TempFolder();
        var memory = Path.Combine("/dev/shm", Path.GetFileName(folder.Path));
        var directory = Directory.Exists("/dev/shm") ? memory : folder.Path;
        var options = new FileChannelOptions { DataDirs = [Path.Combine(directory, "data")], CheckpointDir = Path.Combine(directory, "checkpoint"), MinimumRequiredSpace = 0 };
        var bench = new FileChannelBench { Options = options, Disk = new LocalStorage(AgentRuntime.System) };
        try
        {
            var channel = bench.New(AgentRuntime.System);
            await channel.StartAsync(CancellationToken.None);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            for (var number = 0; number < 10_000; number++)
            {
                Assert.That((await FileChannelBench.Put(channel, number).WaitAsync(patience.Token)).IsDelivered, Is.True);
            }

            await channel.StopAsync(CancellationToken.None);
        }
        finally
        {
            if (Directory.Exists(memory))
            {
                Directory.Delete(memory, recursive: true);
            }
        }
    }

    [Test]
    public void A_second_channel_on_the_same_directories_is_refused_and_told_who_has_them()
    {
        using var folder = new TempFolder();
        var bench = On(folder.Path);
        bench.Run(async () =>
        {
            var channel = await bench.StartAsync();
            var refusal = string.Empty;
            try
            {
                await bench.StartAsync();
            }
            catch (IOException failure)
            {
                refusal = failure.Message;
            }

            Assert.That(refusal, Does.Contain("FLK6105").And.Contain($"process {Environment.ProcessId} on {Environment.MachineName}, channel a1.c1"));
            await channel.StopAsync(CancellationToken.None);
            await (await bench.StartAsync()).StopAsync(CancellationToken.None);
        });
    }

    [Test]
    public void A_directory_that_vanishes_refuses_puts_and_goes_on_when_it_is_back()
    {
        using var folder = new TempFolder();
        var bench = On(folder.Path);
        bench.Run(async () =>
        {
            var channel = await bench.StartAsync();
            Assert.That((await FileChannelBench.Put(channel, 0)).IsDelivered, Is.True);
            Directory.Delete(folder["data"], recursive: true);
            Assert.That((await FileChannelBench.Put(channel, 1)).Reason?.Message, Does.Contain("vanished"));
            Assert.That((await FileChannelBench.Put(channel, 2)).IsDelivered, Is.False);
            Assert.That(channel.Problem, Does.Contain("FLK6102"));
            Assert.That(await bench.TakeAllAsync(channel), Is.EqualTo(["e0"]), "it was in memory");
            Directory.CreateDirectory(folder["data"]);
            Assert.That((await FileChannelBench.Put(channel, 3)).IsDelivered, Is.True);
            await channel.StopAsync(CancellationToken.None);
            Assert.That(await bench.TakeAllAsync(await bench.StartAsync()), Is.EqualTo(["e3"]));
        });
    }

    [Test]
    public void A_file_system_that_fills_refuses_puts_loses_nothing_and_goes_on_when_sinks_have_made_room([Values] bool hasMinimum)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Mounts a small file system, which needs Linux.");
        }

        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["small"]);
        if (Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder["small"]) != 0)
        {
            Assert.Ignore("Mounting is not allowed here.");
        }

        try
        {
            var bench = On(folder["small"], hasMinimum ? 1 << 20 : 0);
            bench.Run(async () =>
            {
                var channel = await bench.StartAsync();
                var stored = new List<string>();
                Settlement outcome;
                do
                {
                    outcome = await FileChannelBench.Put(channel, stored.Count, padding: new string('x', 20_000));
                    stored.Add($"e{stored.Count}");
                    Assert.That(stored, Has.Count.LessThan(1000));
                }
                while (outcome.IsDelivered);
                stored.RemoveAt(stored.Count - 1);
                Assert.That(stored, Has.Count.GreaterThan(100));
                Assert.That(outcome.Reason?.Message, Does.Contain("FLK6102"));
                await channel.StopAsync(CancellationToken.None);
                var again = await bench.StartAsync();
                var found = await bench.TakeAllAsync(again);
                Assert.That(found.Select(static text => text.TrimEnd('x')), Is.EqualTo(stored));
                Assert.That((await FileChannelBench.Put(again, 7)).IsDelivered, Is.True, "there is room");
                Assert.That(again.Problem, Is.Null);
                await again.StopAsync(CancellationToken.None);
            });
        }
        finally
        {
            Command("umount", folder["small"]);
        }
    }

    private static FileChannelBench On(string folder, long minimum = 1 << 20)
    {
        var bench = new FileChannelBench
        {
            Options = new() { DataDirs = [Path.Combine(folder, "data")], CheckpointDir = Path.Combine(folder, "checkpoint"), MaxFileSize = 200_000 },
            Change = settings => settings with { MinimumRequiredSpace = minimum },
        };
        bench.Disk = new LocalStorage(bench.Scheduler.Runtime);
        return bench;
    }

    private static int Command(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode;
    }
}
