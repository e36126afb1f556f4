using System.Diagnostics;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Exec;

/// <summary>The cases of Flume's own manual and tests, with the programs of the machine.</summary>
[Platform(Include = "Unix")]
[CancelAfter(30_000)]
public class RealCommandTests
{
    private readonly SystemProcesses _processes = new(AgentRuntime.System);

    [TestCase("seq 5", new[] { "1", "2", "3", "4", "5" })]
    [TestCase("echo $(seq 5)", new[] { "1 2 3 4 5" })]
    [TestCase("echo `seq 5`", new[] { "1 2 3 4 5" })]
    [TestCase("echo zzz 1234 xyz abcd ijk | xargs -n1 echo | sort -f", new[] { "1234", "abcd", "ijk", "xyz", "zzz" })]
    [TestCase("""echo "'1'"; echo "\"2\""; echo "\\3"; echo "\4" """, new[] { "'1'", "\"2\"", "\\3", "\\4" })]
    [TestCase("for i in `seq 5`; do echo $i; done | awk ' { print $1 + 1 } '", new[] { "2", "3", "4", "5", "6" })]
    public async Task A_shell_does_what_it_does_for_flume(string command, string[] bodies, CancellationToken timeout)
    {
        var output = await RunAsync(new ExecSourceOptions { Shell = "/bin/bash -c", Command = command }, timeout);
        Assert.That(output.Texts, Is.EqualTo(bodies));
    }

    [Test]
    public async Task A_command_without_a_shell(CancellationToken timeout) =>
        Assert.That((await RunAsync(new ExecSourceOptions { Command = "echo flume $HOME" }, timeout)).Texts, Is.EqualTo(["flume $HOME"]));

    [Test]
    public async Task Megabytes_arrive_whole_and_in_order(CancellationToken timeout)
    {
        var output = await RunAsync(new ExecSourceOptions { Command = "seq 200000", BatchSize = 1000 }, timeout);
        Assert.That(output.Texts, Is.EqualTo(Enumerable.Range(1, 200_000).Select(n => $"{n}")));
    }

    [Test]
    public void A_program_that_is_not_there_is_named()
    {
        var source = ExecSourceTests.NewSource(new ExecSourceOptions { Command = "no-such-program-here -x" }, _processes, AgentRuntime.System);
        Assert.That(
            async () => await source.StartAsync(CancellationToken.None),
            Throws.TypeOf<DeliveryException>().With.Message.StartsWith("the command 'no-such-program-here' cannot be started: "));
    }

    [Test]
    public async Task A_stop_ends_the_programs_that_the_command_started(CancellationToken timeout)
    {
        var output = new ScriptedOutput();
        var source = ExecSourceTests.NewSource(
            new ExecSourceOptions { Shell = "/bin/sh -c", Command = "sleep 1000 & echo $!; wait", BatchSize = 1 }, _processes, AgentRuntime.System);
        using var stopping = new CancellationTokenSource();
        await source.StartAsync(timeout);
        var run = source.RunAsync(output, stopping.Token);
        while (output.Delivered.Count == 0)
        {
            await output.Changed.WaitAsync(timeout);
        }

        using var sleep = Process.GetProcessById(int.Parse(output.Texts.Single()));
        stopping.Cancel();
        await run;
        await source.StopAsync(timeout);
        await sleep.WaitForExitAsync(timeout);
        Assert.That(sleep.HasExited);
    }

    private async Task<ScriptedOutput> RunAsync(ExecSourceOptions options, CancellationToken timeout)
    {
        var output = new ScriptedOutput();
        var source = ExecSourceTests.NewSource(options, _processes, AgentRuntime.System);
        await source.StartAsync(timeout);
        await source.RunAsync(output, timeout);
        await source.StopAsync(timeout);
        return output;
    }
}
