using System.Text;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Exec;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ExecSourceTests
{
    private readonly RecordingLoggers _log = new();

    [Test]
    public void Without_a_shell_the_command_is_cut_at_blanks_and_not_looked_into()
    {
        var processes = Run(new ExecSourceOptions { Command = "  tail  -F\t'a b' | x " }, (_, _) => Task.CompletedTask);
        Assert.That(processes.Started.Single().Command, Is.EqualTo(["tail", "-F", "'a", "b'", "|", "x"]));
        Assert.That(_log.Texts, Has.One.Contains("the command has ''' in it, which only a shell understands"));
    }

    [Test]
    public void A_shell_is_given_the_command_as_one_argument()
    {
        var processes = Run(new ExecSourceOptions { Command = "echo 'a b' | x", Shell = "/bin/sh  -c" }, (_, _) => Task.CompletedTask);
        Assert.That(processes.Started.Single().Command, Is.EqualTo(["/bin/sh", "-c", "echo 'a b' | x"]));
        Assert.That(_log.Texts, Has.None.Contains("only a shell"));
    }

    [TestCase("a\nb\n", new[] { "a", "b" })]
    [TestCase("a\r\nb\r\n", new[] { "a", "b" })]
    [TestCase("a\rb\r", new[] { "a", "b" })]
    [TestCase("a\n\nb", new[] { "a", "", "b" })]
    [TestCase("a\r\rb\r\n\n", new[] { "a", "", "b", "" })]
    [TestCase("\n", new[] { "" })]
    [TestCase("", new string[0])]
    [TestCase("no end", new[] { "no end" })]
    public void Lines_end_as_java_ends_them(string text, string[] lines)
    {
        foreach (var atOnce in new[] { 1, 2, 100 })
        {
            var output = new ScriptedOutput();
            Run(new ExecSourceOptions { Command = "x" }, async (_, process) =>
            {
                foreach (var part in text.Chunk(atOnce))
                {
                    await process.WriteAsync(new string(part));
                    await Task.Yield();
                }
            }, output);
            Assert.That(output.Texts, Is.EqualTo(lines), $"{atOnce} bytes at once");
            Assert.That(output.Delivered, Has.All.Matches<FlumeEvent>(e => e.Headers.Count == 0));
        }
    }

    [TestCase("UTF-8")]
    [TestCase("ISO-8859-1")]
    [TestCase("UTF-16LE")]
    public void Bodies_keep_the_character_set_of_the_output(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        var output = new ScriptedOutput();
        Run(new ExecSourceOptions { Command = "x", Charset = charset }, async (_, process) =>
        {
            foreach (var part in encoding.GetBytes("été\nNoël 🎄\n".Replace("🎄", charset == "ISO-8859-1" ? "!" : "🎄", StringComparison.Ordinal)).Chunk(1))
            {
                await process.WriteAsync(part);
            }
        }, output);
        Assert.That(output.Delivered[0].Body.ToArray(), Is.EqualTo(encoding.GetBytes("été")));
        Assert.That(output.Delivered, Has.Count.EqualTo(2));
    }

    [Test]
    public void Bytes_that_are_no_text_are_replaced()
    {
        var output = new ScriptedOutput();
        Run(new ExecSourceOptions { Command = "x" }, async (_, process) => await process.WriteAsync((byte[])[(byte)'a', 0xFF, (byte)'b', (byte)'\n']), output);
        Assert.That(output.Texts, Is.EqualTo(["a\uFFFDb"]));
    }

    [TestCase(10)]
    [TestCase(100_000)]
    public void A_line_that_is_too_long_is_cut_and_told(int length)
    {
        var output = new ScriptedOutput();
        var line = string.Concat(Enumerable.Range(0, length).Select(n => (char)('a' + (n % 26))));
        Run(new ExecSourceOptions { Command = "x", MaxLineLength = 4 }, async (_, process) => await process.WriteAsync($"{line}\nnext\n"), output);
        Assert.That(output.Texts.SkipLast(1), Is.EqualTo(line.Chunk(4).Select(piece => new string(piece))));
        Assert.That(output.Texts.Last(), Is.EqualTo("next"));
        Assert.That(_log.Texts, Has.Some.Contains("longer than maxLineLength (4)"));
    }

    [Test]
    public void A_character_of_two_halves_is_not_cut()
    {
        var output = new ScriptedOutput();
        Run(new ExecSourceOptions { Command = "x", MaxLineLength = 3 }, async (_, process) => await process.WriteAsync("ab🎄cd\n"), output);
        Assert.That(output.Texts, Is.EqualTo(["ab", "🎄c", "d"]));
    }

    [Test]
    public void Fewer_lines_than_a_batch_leave_when_the_last_hand_over_is_old_enough()
    {
        var output = new ScriptedOutput();
        var times = new List<TimeSpan>();
        Simulate(new ExecSourceOptions { Command = "x", BatchSize = 50_000, BatchTimeout = TimeSpan.FromMilliseconds(750) }, async (_, process) =>
        {
            await process.WriteAsync("one\ntwo\nthree\n");
            await process.WaitForEverAsync();
        }, output, async scheduler =>
        {
            await output.WhenDeliveredAsync(3);
            times.Add(scheduler.Time.Elapsed);
        });
        Assert.That(times.Single(), Is.EqualTo(TimeSpan.FromMilliseconds(750)));
    }

    [Test]
    public void Full_batches_leave_at_once_and_are_never_larger()
    {
        var output = new ScriptedOutput();
        var scheduler = Simulate(new ExecSourceOptions { Command = "x", BatchSize = 7 }, async (_, process) =>
        {
            await process.WriteAsync(string.Concat(Enumerable.Repeat("line\n", 70)));
            await process.WaitForEverAsync();
        }, output, _ => output.WhenDeliveredAsync(70));
        Assert.That(output.Sizes, Is.EqualTo(Enumerable.Repeat(7, 10)));
        Assert.That(scheduler.Time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void What_the_channels_refuse_is_kept_while_the_command_waits()
    {
        var output = new ScriptedOutput((number, _) => number is > 1 and < 5 ? Settlement.Rejected(new ChannelFullException("no room")) : Settlement.Delivered);
        var expected = Enumerable.Range(0, 5000).Select(n => $"line {n}").ToArray();
        Run(new ExecSourceOptions { Command = "x" }, async (_, process) => await process.WriteAsync(string.Concat(expected.Select(line => line + "\n"))), output);
        Assert.That(output.Texts, Is.EqualTo(expected));
        Assert.That(_log.Texts.Count(text => text.Contains("no room", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public void A_command_that_writes_faster_than_channels_take_waits_in_its_pipe()
    {
        var written = 0;
        var output = new ScriptedOutput { IsBlocked = true };
        Simulate(new ExecSourceOptions { Command = "x" }, async (_, process) =>
        {
            while (true)
            {
                await process.WriteAsync("0123456\n");
                written += 8;
            }
        }, output, scheduler => scheduler.Runtime.DelayAsync(TimeSpan.FromMinutes(1), CancellationToken.None), pipeBytes: 4096);
        Assert.That(written, Is.LessThan(64 << 10));
        Assert.That(_log.Texts, Has.One.Contains("lines that no channel had taken; they are lost"));
    }

    [Test]
    public void It_runs_again_after_the_throttle_whatever_the_exit_code()
    {
        var output = new ScriptedOutput();
        var options = new ExecSourceOptions { Command = "x", Restart = true, RestartThrottle = TimeSpan.FromSeconds(10) };
        var scheduler = Simulate(options, async (number, process) =>
        {
            await process.WriteAsync($"flume {number}\n");
            process.ExitCode = number % 2;
        }, output, _ => output.WhenDeliveredAsync(4));
        Assert.That(output.Texts, Is.EqualTo(["flume 1", "flume 2", "flume 3", "flume 4"]));
        Assert.That(scheduler.Time.Elapsed, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32)));
        Assert.That(_log.Texts, Has.Some.Contains("has ended with exit code 1; it is run again in 10 s"));
    }

    [TestCase(0, LogLevel.Information)]
    [TestCase(3, LogLevel.Warning)]
    public void Without_restart_it_ends_with_its_command(int code, LogLevel level)
    {
        Run(new ExecSourceOptions { Command = "x" }, (_, process) =>
        {
            process.ExitCode = code;
            return Task.CompletedTask;
        });
        Assert.That(_log.Entries, Has.One.Matches<(LogLevel Level, EventId, string Text)>(entry =>
            entry.Level == level && entry.Text.Contains($"exit code {code}; it is not run again", StringComparison.Ordinal)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Standard_error_is_read_and_logged_where_that_is_asked_for(bool isLogged)
    {
        Run(new ExecSourceOptions { Command = "x", LogStdErr = isLogged }, async (_, process) =>
            await process.WriteErrorsAsync(new string('e', 200_000) + "\nlast"));
        Assert.That(_log.Texts, isLogged ? Has.One.EndsWith("standard error: last") : Has.None.Contains("last"));
    }

    [Test]
    public void A_stop_kills_the_command_and_hands_over_what_was_read()
    {
        var output = new ScriptedOutput();
        SimulatedProcesses? processes = null;
        var read = new AsyncSignal();
        Simulate(new ExecSourceOptions { Command = "x" }, async (_, process) =>
        {
            await process.WriteAsync("one\ntwo\n");
            read.Set();
            await process.WaitForEverAsync();
        }, output, async scheduler =>
        {
            await read.WaitAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }, seen: started => processes = started);
        Assert.That(output.Texts, Is.EqualTo(["one", "two"]));
        Assert.That(processes!.Started.Single().IsKilled);
        Assert.That(_log.Texts, Has.None.Contains("lost"));
    }

    internal static ExecSource NewSource(ExecSourceOptions options, IProcesses processes, AgentRuntime runtime, ILoggerFactory? log = null)
    {
        using var none = log is null ? new RecordingLoggers() : null;
        var loggers = log ?? none!;
        return new ExecSource(
            options, processes, new ComponentContext(new ComponentId("a1", ComponentKind.Source, "r1"), loggers, runtime, null!), loggers.CreateLogger<ExecSource>());
    }

    // Runs the command to its end.
    private SimulatedProcesses Run(ExecSourceOptions options, Func<int, SimulatedProcess, Task> script, ScriptedOutput? output = null)
    {
        var scheduler = new SimulatedScheduler(1);
        var processes = new SimulatedProcesses(scheduler.Runtime, script);
        scheduler.Run(async () =>
        {
            var source = NewSource(options, processes, scheduler.Runtime, _log);
            await source.StartAsync(CancellationToken.None);
            await source.RunAsync(output ?? new ScriptedOutput(), CancellationToken.None);
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(processes.Running, Is.Zero);
        return processes;
    }

    // Runs the source until the test has seen enough.
    private SimulatedScheduler Simulate(
        ExecSourceOptions options, Func<int, SimulatedProcess, Task> script, ScriptedOutput output, Func<SimulatedScheduler, Task> until,
        int pipeBytes = 64 << 10, Action<SimulatedProcesses>? seen = null)
    {
        var scheduler = new SimulatedScheduler(1);
        var processes = new SimulatedProcesses(scheduler.Runtime, script, pipeBytes);
        seen?.Invoke(processes);
        scheduler.Run(async () =>
        {
            var source = NewSource(options, processes, scheduler.Runtime, _log);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await until(scheduler);
            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(processes.Running, Is.Zero);
        return scheduler;
    }
}
