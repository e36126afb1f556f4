using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SpoolDirCrashTests : IDisposable
{
    // The window of the graph, and the batch that took the place of one that is delivered and not yet written down.
    private const int MostBatchesTwice = 65;

    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The process is killed at random operations on the disk, again and again; then it runs to the end.
    [Test]
    public void Kills_at_any_operation_lose_nothing_and_repeat_no_more_than_what_was_in_flight(
        [Values("rename", "delete", "mark")] string policy, [Range(1, 12)] int seed)
    {
        const int batchSize = 3;
        var random = new Random(seed);
        var expected = AddFiles(random);
        var delivered = new List<string>();
        var kills = 0;
        for (var isOver = false; !isOver;)
        {
            var left = kills < 12 ? random.Next(1, 150) : int.MaxValue;
            var run = new SpoolRun(_folder, Options(policy, batchSize), random.Next())
            {
                Disk = disk => new FaultyStorage(disk) { Fault = (_, _) => --left < 0 ? new IOException("killed") : null },
                NewSink = (sink, runtime) => new ScriptedSink(async (_, events, abort) =>
                {
                    await runtime.DelayAsync(TimeSpan.FromMilliseconds(random.Next(3)), abort);
                    await sink.WriteAsync(events, abort);
                }),
            };
            run.UntilKilled(async () =>
            {
                await run.UntilAsync(() => left < 0 || run.Graph.IsIdle);
                isOver = left >= 0;
            });
            delivered.AddRange(run.Texts);
            kills += isOver ? 0 : 1;
        }

        Assert.That(kills, Is.Positive);
        Assert.That(delivered.ToHashSet(), Is.EquivalentTo(expected), "nothing is lost");
        Assert.That(delivered, Has.Count.LessThanOrEqualTo(expected.Count + (kills * MostBatchesTwice * batchSize)));
        Assert.That(_folder.Names().Where(name => !name.EndsWith(".COMPLETED", StringComparison.Ordinal) && policy == "rename"), Is.Empty);
    }

    [Test]
    public void No_more_batches_come_again_than_were_in_flight()
    {
        _folder.Add("a", string.Concat(Enumerable.Range(0, 5000).Select(n => $"{n}\n")));
        var left = int.MaxValue;
        var run = new SpoolRun(_folder, Options("rename", 1)) { Disk = disk => new FaultyStorage(disk) { Fault = (_, _) => --left < 0 ? new IOException("killed") : null } };
        run.UntilKilled(async () =>
        {
            await run.UntilAsync(() => run.Sink.Events.Count > 1000);
            left = 0;
            await run.PassAsync(1);
        });
        var next = new SpoolRun(_folder, Options("rename", 1)).UntilIdle();
        Assert.That(run.Sink.Events.Count + next.Sink.Events.Count, Is.InRange(5000, 5000 + MostBatchesTwice));
        Assert.That(run.Texts.Concat(next.Texts).ToHashSet(), Has.Count.EqualTo(5000));
    }

    [Test]
    public void A_position_left_by_Flume_is_where_reading_goes_on()
    {
        _folder.Add("a", "a1\na2\na3\n");
        _folder.Add("b", "b1\nb2\n");
        WritePosition(_folder["b"], 3);
        var run = new SpoolRun(_folder, Options("rename", 100)).UntilIdle();
        Assert.That(run.Texts, Is.EqualTo(["b2", "a1", "a2", "a3"]), "the file that was begun comes first");
    }

    [Test]
    public void A_file_that_is_delivered_and_not_renamed_is_only_renamed()
    {
        _folder.Add("a", "a1\na2\n");
        WritePosition(_folder["a"], 6);
        var run = new SpoolRun(_folder, Options("rename", 100)).UntilIdle();
        Assert.That(run.Texts, Is.Empty);
        Assert.That(_folder.Names(), Is.EqualTo(["a.COMPLETED"]));
    }

    [Test]
    public void A_position_in_a_file_that_is_gone_is_forgotten_so_that_a_new_file_of_that_name_is_read_whole()
    {
        WritePosition(_folder["a"], 3);
        var run = new SpoolRun(_folder, Options("rename", 100));
        run.Run(async () =>
        {
            await run.UntilIdleAsync();
            _folder.Add("a", "a1\na2\n");
            await run.PassAsync(1);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a1", "a2"]));
    }

    [Test]
    public void A_position_behind_the_end_of_the_file_means_another_file()
    {
        _folder.Add("a", "a1\n");
        WritePosition(_folder["a"], 100);
        var run = new SpoolRun(_folder, Options("rename", 100)).UntilIdle();
        Assert.That(run.Texts, Is.EqualTo(["a1"]));
    }

    [TestCase("", 0)]
    [TestCase("not an Avro file", 1)]
    public void A_tracker_file_that_says_nothing_is_ignored(string content, int warnings)
    {
        _folder.Add("a", "a1\n");
        _folder.Add(".flumespool/.flumespool-main.meta", content);
        var run = new SpoolRun(_folder, Options("rename", 100)).UntilIdle();
        Assert.That(run.Texts, Is.EqualTo(["a1"]));
        Assert.That(run.Logs.Texts.Count(text => text.Contains("is not a tracker file", StringComparison.Ordinal)), Is.EqualTo(warnings));
    }

    private List<string> AddFiles(Random random)
    {
        var expected = new List<string>();
        for (var file = 0; file < 12; file++)
        {
            var lines = Enumerable.Range(0, random.Next(3) == 0 ? 400 : random.Next(1, 20)).Select(n => $"{file}-{n}").ToList();
            _folder.Add($"f{file}", string.Join('\n', lines) + (random.Next(2) == 0 ? "\n" : ""));
            expected.AddRange(lines);
        }

        return expected;
    }

    private void WritePosition(string file, long offset)
    {
        Directory.CreateDirectory(_folder[".flumespool"]);
        File.WriteAllBytes(_folder[".flumespool/.flumespool-main.meta"], TrackerFormat.Encode(file, offset));
    }

    private SpoolDirSourceOptions Options(string policy, int batchSize) => new()
    {
        SpoolDir = _folder.Path,
        BatchSize = batchSize,
        DeletePolicy = policy == "delete" ? DeletePolicy.Immediate : DeletePolicy.Never,
        TrackingPolicy = policy == "mark" ? TrackingPolicy.TrackerDir : TrackingPolicy.Rename,
        Deserializer = SpoolFolder.Line(),
    };
}
