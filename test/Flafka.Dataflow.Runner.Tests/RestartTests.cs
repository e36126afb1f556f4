using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RestartTests : IDisposable
{
    private const int Lines = 50_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_clean_stop_and_start_in_the_middle_of_a_file_neither_misses_nor_doubles_a_line()
    {
        _folder.Write("in/lines.txt", string.Concat(Enumerable.Range(0, Lines).Select(n => $"{n:D6} some more text\n")));
        Directory.CreateDirectory(_folder["out"]);
        await using (var first = FlafkaProcess.Start("run", "-f", Configuration()))
        {
            await first.LineAsync("Agent a1 runs.");
            await first.SignalAsync("TERM");
            var (code, output, error) = await first.EndAsync();
            Assert.That((code, error), Is.EqualTo((0, "")), output);
        }

        var again = await FlafkaProcess.RunAsync("run", "-f", Configuration(), "--until-idle", "0.5");
        Assert.That((again.Code, again.Error), Is.EqualTo((0, "")), again.Output);
        var numbers = Directory.GetFiles(_folder["out"]).SelectMany(File.ReadLines).Select(line => int.Parse(line[..6], null)).Order().ToArray();
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, Lines)));
    }

    private string Configuration() => _folder.Write("agent.conf", $"""
        a1.sources = r1
        a1.channels = c1
        a1.sinks = k1
        a1.sources.r1.type = spooldir
        a1.sources.r1.spoolDir = {_folder["in"]}
        a1.sources.r1.channels = c1
        a1.channels.c1.type = memory
        a1.channels.c1.capacity = 10000
        a1.sinks.k1.type = file_roll
        a1.sinks.k1.sink.directory = {_folder["out"]}
        a1.sinks.k1.channel = c1
        """);
}
