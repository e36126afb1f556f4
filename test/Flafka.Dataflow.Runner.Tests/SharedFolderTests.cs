using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>Two agents that write files of the same names into the same folder; one of them is killed again and again.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private const int Lines = 500;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Two_agents_that_share_a_folder_destroy_none_of_each_others_files()
    {
        foreach (var name in new[] { "a", "b" })
        {
            _folder.Write($"{name}/in/lines.txt", string.Concat(Enumerable.Range(0, Lines).Select(n => $"{name}{n:D6}\n")));
        }

        await using var quiet = FlafkaProcess.Start("run", "-f", Configuration("b"), "--until-idle", "2");
        for (var life = 0; life < 3; life++)
        {
            await using var killed = FlafkaProcess.Start("run", "-f", Configuration("a"));
            await killed.LineAsync("Agent a runs.");
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        var last = await FlafkaProcess.RunAsync("run", "-f", Configuration("a"), "--until-idle", "1");
        Assert.That((last.Code, last.Error), Is.EqualTo((0, "")), last.Output);
        var other = await quiet.EndAsync();
        Assert.That((other.Code, other.Error), Is.EqualTo((0, "")), other.Output);

        var files = Directory.GetFiles(_folder["out"]);
        Assert.That(files, Has.None.EndsWith(".tmp"));
        var lines = files.SelectMany(File.ReadLines).ToList();
        Assert.That(lines, Is.All.Matches("^[ab][0-9]{6}$"), "nothing is torn");
        Assert.That(
            lines.Distinct().Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "a", "b" }.SelectMany(static name => Enumerable.Range(0, Lines).Select(n => $"{name}{n:D6}"))), "nothing is missing");
        Assert.That(lines.Where(static line => line[0] == 'b'), Is.Unique, "the one that ran through doubled nothing");
    }

    // Each line is a file, so that the counters of the two meet.
    private string Configuration(string name) => _folder.Write($"{name}/agent.conf", $"""
        {name}.sources = r1
        {name}.channels = c1
        {name}.sinks = k1
        {name}.sources.r1.type = spooldir
        {name}.sources.r1.spoolDir = {_folder[$"{name}/in"]}
        {name}.sources.r1.channels = c1
        {name}.channels.c1.type = memory
        {name}.channels.c1.capacity = 10000
        {name}.sinks.k1.type = hdfs
        {name}.sinks.k1.hdfs.path = file:{_folder["out"]}
        {name}.sinks.k1.hdfs.fileType = DataStream
        {name}.sinks.k1.hdfs.rollCount = 1
        {name}.sinks.k1.hdfs.stateDir = {_folder[$"{name}/state"]}
        {name}.sinks.k1.channel = c1
        """);
}
