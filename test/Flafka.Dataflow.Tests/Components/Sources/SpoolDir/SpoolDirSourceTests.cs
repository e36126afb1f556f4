using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SpoolDirSourceTests : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Oldest_file_first_and_an_empty_file_is_an_empty_event()
    {
        AddFirstFiles();
        _folder.Add("emptylineFile", "\n", second: 2);
        Assert.That(
            Run().Texts,
            Is.EqualTo(["", "file1line0", "file2line0", "file2line1", "file3line0", "file3line1", "file3line2", ""]));
    }

    [Test]
    public void Files_come_in_the_order_of_their_times([Values(ConsumeOrder.Oldest, ConsumeOrder.Youngest)] ConsumeOrder order)
    {
        _folder.Add("file2", "2\n");
        _folder.Add("file3", "3\n");
        _folder.Add("file1", "1\n");
        var texts = Run(Options(consumeOrder: order)).Texts;
        Assert.That(texts, Is.EqualTo(order == ConsumeOrder.Oldest ? ["2", "3", "1"] : new[] { "1", "3", "2" }));
    }

    [Test]
    public void Files_of_one_time_come_in_the_order_of_their_names([Values(ConsumeOrder.Oldest, ConsumeOrder.Youngest)] ConsumeOrder order)
    {
        foreach (var n in new[] { 2, 3, 1 })
        {
            _folder.Add($"file{n}", $"{n}\n", second: 5);
        }

        Assert.That(Run(Options(consumeOrder: order)).Texts, Is.EqualTo(["1", "2", "3"]));
    }

    [Test]
    public void In_random_order_every_file_comes_too_and_each_empty_file_is_an_event()
    {
        AddFirstFiles();
        _folder.Add("empty2", "");
        Assert.That(Run(Options(consumeOrder: ConsumeOrder.Random)).Texts, Has.Exactly(8).Items);
    }

    [TestCase("^file2$", "^$", "file0,file1,file3")]
    [TestCase("^.*$", "^file2$", "file2")]
    [TestCase("^file2$", "^file2$", "file0,file1,file2,file3")]
    [TestCase("file", "^$", "file0,file1,file2,file3")]
    public void Patterns_match_whole_names_and_ignore_wins(string include, string ignore, string left)
    {
        AddFirstFiles();
        Run(Options(include: include, ignore: ignore, deletePolicy: DeletePolicy.Immediate));
        Assert.That(string.Join(',', _folder.Names()), Is.EqualTo(left));
    }

    [Test]
    public void Files_that_are_delivered_get_the_suffix_and_no_position_is_left()
    {
        AddFirstFiles();
        Run();
        Assert.Multiple(() =>
        {
            Assert.That(_folder.Names(), Is.EqualTo(["file0.COMPLETED", "file1.COMPLETED", "file2.COMPLETED", "file3.COMPLETED"]));
            Assert.That(File.Exists(_folder[".flumespool/.flumespool-main.meta"]), Is.False);
        });
    }

    [Test]
    public void With_tracker_dir_files_are_marked_elsewhere_and_not_read_again()
    {
        AddFirstFiles();
        _folder.Add("sub/file1", "sub\n");
        var options = Options(trackingPolicy: TrackingPolicy.TrackerDir, recursive: true, trackerDir: _folder.Outside("tracker"));
        Assert.That(Run(options).Texts, Has.Exactly(8).Items);
        Assert.Multiple(() =>
        {
            Assert.That(_folder.Names(), Is.EqualTo(["file0", "file1", "file2", "file3", "sub/file1"]));
            Assert.That(File.Exists(_folder.Outside("tracker/sub/file1.COMPLETED")), Is.True);
            Assert.That(Run(options).Texts, Is.Empty);
        });
    }

    [Test]
    public void A_batch_never_spans_two_files()
    {
        _folder.Add("a", string.Concat(Enumerable.Range(1, 8).Select(n => $"a{n}\n")));
        _folder.Add("b", "b1\nb2\n");
        var sizes = new List<int>();
        Run(Options(batchSize: 5), interceptors: [new Watch(events => sizes.Add(events.Length))]);
        Assert.That(sizes, Is.EqualTo([5, 3, 2]));
    }

    [Test]
    public void The_old_key_for_the_line_length_overrides_the_new_one()
    {
        _folder.Add("file1", "file1line1\nfile1line2\nreallyreallyreallyreallyLongLineHerefile1line9\nfile1line10\n");
        Assert.That(
            Run(Options(bufferMaxLineLength: 12)).Texts,
            Is.EqualTo(["file1line1", "file1line2", "reallyreally", "reallyreally", "LongLineHere", "file1line9", "file1line10"]));
    }

    [Test]
    public void Subdirectories_are_read_when_asked_for_but_not_hidden_or_ignored_ones([Values] bool recursive)
    {
        _folder.Add("a", "a\n");
        _folder.Add("sub/deep/b", "b\n");
        _folder.Add(".hidden/c", "c\n");
        _folder.Add("skip/d", "d\n");
        _folder.Add(".e", "e\n");
        Directory.CreateSymbolicLink(_folder["link"], _folder["sub"]);
        Assert.That(Run(Options(recursive: recursive, ignore: "skip")).Texts, Is.EqualTo(recursive ? ["a", "b"] : new[] { "a" }));
    }

    [Test]
    public void Events_carry_the_path_and_the_name_of_their_file()
    {
        _folder.Add("a.log", "1\n2\n");
        var run = Run(Options(fileHeader: true, basenameHeader: true));
        Assert.Multiple(() =>
        {
            Assert.That(run.Sink.Events[0].Headers.ToString(), Is.EqualTo($"{{file={_folder["a.log"]}, basename=a.log}}"));
            Assert.That(run.Sink.Events[1].Headers, Is.SameAs(run.Sink.Events[0].Headers));
        });
    }

    [Test]
    public void A_small_channel_loses_nothing()
    {
        _folder.Add("a", string.Concat(Enumerable.Range(1, 8).Select(n => $"{n}\n")));
        Assert.That(Run(Options(batchSize: 2), capacity: 2).Texts, Is.EqualTo(Enumerable.Range(1, 8).Select(n => $"{n}")));
    }

    [Test]
    public void Files_that_arrive_later_are_read()
    {
        _folder.Add("a", "a\n");
        var run = new SpoolRun(_folder, Options());
        run.Run(async () =>
        {
            await run.UntilIdleAsync();
            _folder.Add("b", "b\n");
            await run.PassAsync(1);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a", "b"]));
    }

    [Test]
    public void Later_files_are_read_while_earlier_ones_wait_for_their_delivery_and_are_retired_in_order()
    {
        for (var n = 0; n < 20; n++)
        {
            _folder.Add($"f{n:D2}", $"{n}\n");
        }

        var gate = new TaskCompletionSource();
        var run = new SpoolRun(_folder, Options())
        {
            NewSink = (sink, _) => new ScriptedSink(async (_, events, abort) =>
            {
                await gate.Task;
                await sink.WriteAsync(events, abort);
            }),
        };
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 20);
            Assert.That(_folder.Names().Count(name => name.EndsWith("COMPLETED", StringComparison.Ordinal)), Is.Zero);
            gate.SetResult();
            await run.UntilIdleAsync();
        });
        Assert.That(_folder.Names(), Has.All.EndsWith(".COMPLETED"));
        Assert.That(run.Texts, Is.EqualTo(Enumerable.Range(0, 20).Select(n => $"{n}")));
    }

    [Test]
    public void What_settles_during_a_commit_is_committed_at_once([Range(1, 20)] int seed)
    {
        _folder.Add("a", string.Concat(Enumerable.Range(1, 5 + seed).Select(n => $"{n}\n")));
        var run = new SpoolRun(_folder, Options(batchSize: 1), seed)
        {
            SinkBatch = 1,
            NewSink = (sink, runtime) => new ScriptedSink(async (_, events, abort) =>
            {
                await runtime.External(() => true); // as long as one operation of the commit
                await sink.WriteAsync(events, abort);
            }),
        };
        run.Run(async () =>
        {
            await run.PassAsync(0.3); // less than the pause between two looks
            Assert.That(_folder.Names(), Is.EqualTo(["a.COMPLETED"]));
        });
    }

    [Test]
    public void Rejected_batches_come_again_after_a_pause_that_gets_longer()
    {
        _folder.Add("a", "a1\na2\n");
        _folder.Add("b", "b1\n");
        var calls = new List<double>();
        SpoolRun run = null!;
        run = new SpoolRun(_folder, Options(batchSize: 1))
        {
            Interceptors = [new Watch(events =>
            {
                if (events[0].ToString() == "a2" && calls.Count < 7)
                {
                    calls.Add(run.Runtime.Time.GetUtcNow().TimeOfDay.TotalSeconds);
                    throw new InvalidOperationException("not yet");
                }
            })],
        };
        run.UntilIdle();
        Assert.Multiple(() =>
        {
            Assert.That(run.Texts, Is.EqualTo(["a1", "a2", "b1"]));
            Assert.That(calls.Zip(calls.Skip(1), (a, b) => b - a), Is.EqualTo([0.25, 0.5, 1, 2, 4, 4]).Within(0.001));
        });
    }

    [Test]
    public void A_clean_stop_and_start_in_the_middle_loses_and_doubles_nothing([Range(1, 10)] int seed)
    {
        var expected = new List<string>();
        for (var file = 0; file < 5; file++)
        {
            var lines = Enumerable.Range(0, 100).Select(n => $"{file}-{n}").ToList();
            _folder.Add($"f{file}", string.Join('\n', lines) + "\n");
            expected.AddRange(lines);
        }

        var random = new Random(seed);
        var texts = new List<string>();
        while (texts.Count < expected.Count)
        {
            var run = new SpoolRun(_folder, Options(batchSize: 7), random.Next())
            {
                Capacity = 50,
                NewSink = (sink, runtime) => new ScriptedSink(async (_, events, abort) =>
                {
                    await runtime.DelayAsync(TimeSpan.FromMilliseconds(100), abort);
                    await sink.WriteAsync(events, abort);
                }),
            };
            run.Run(() => run.PassAsync(random.NextDouble()));
            texts.AddRange(run.Texts);
        }

        Assert.That(texts, Is.EqualTo(expected));
    }

    private void AddFirstFiles()
    {
        for (var file = 0; file < 4; file++)
        {
            _folder.Add($"file{file}", string.Concat(Enumerable.Range(0, file).Select(line => $"file{file}line{line}\n")), second: 1);
        }
    }

    private SpoolRun Run(SpoolDirSourceOptions? options = null, int capacity = 1000, params IInterceptor[] interceptors) =>
        new SpoolRun(_folder, options ?? Options()) { Capacity = capacity, Interceptors = interceptors }.UntilIdle();

    private SpoolDirSourceOptions Options(
        int batchSize = 100, ConsumeOrder consumeOrder = ConsumeOrder.Oldest, string include = "^.*$", string ignore = "^$",
        DeletePolicy deletePolicy = DeletePolicy.Never, TrackingPolicy trackingPolicy = TrackingPolicy.Rename, string trackerDir = ".flumespool",
        bool recursive = false, bool fileHeader = false, bool basenameHeader = false, int? bufferMaxLineLength = null) => new()
        {
            SpoolDir = _folder.Path,
            BatchSize = batchSize,
            ConsumeOrder = consumeOrder,
            IncludePattern = include,
            IgnorePattern = ignore,
            DeletePolicy = deletePolicy,
            TrackingPolicy = trackingPolicy,
            TrackerDir = trackerDir,
            RecursiveDirectorySearch = recursive,
            FileHeader = fileHeader,
            BasenameHeader = basenameHeader,
            BufferMaxLineLength = bufferMaxLineLength,
            Deserializer = SpoolFolder.Line(),
        };
}
