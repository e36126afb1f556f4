using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

/// <summary>Where Flume's source dies silently, this one says what is wrong, lives, and goes on when it is put right.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SpoolDirFailureTests : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_directory_that_is_missing_fails_the_start_until_it_is_there()
    {
        Directory.Delete(_folder.Path);
        var run = new SpoolRun(_folder, Options());
        run.Run(async () =>
        {
            await run.PassAsync(4);
            Assert.That(run.Problem, Is.EqualTo($"The spool directory '{_folder.Path}' does not exist. Create it, or correct spoolDir."));
            Assert.That(run.Graph.IsIdle, Is.False);
            _folder.Add("a", "a\n");
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a"]));
    }

    [Test]
    public void A_directory_that_is_not_writable_fails_the_start_until_it_is()
    {
        _folder.Add("a", "a\n");
        var isReadOnly = true;
        var run = new SpoolRun(_folder, Options())
        {
            Disk = disk => new FaultyStorage(disk)
            {
                Fault = (operation, path) => isReadOnly && operation == "open" && path.EndsWith(".canary", StringComparison.Ordinal)
                    ? new UnauthorizedAccessException($"Access to the path '{path}' is denied.")
                    : null,
            },
        };
        run.Run(async () =>
        {
            await run.PassAsync(1);
            Assert.That(run.Problem, Is.EqualTo(
                $"The directory '{_folder.Path}' is not writable: Access to the path '{_folder[".flume-spooldir-perm-check.canary"]}' is denied. " +
                "Files cannot be renamed or deleted there. Change its permissions, or set trackingPolicy = tracker_dir and a trackerDir elsewhere."));
            isReadOnly = false;
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a"]));
        Assert.That(_folder.Names(), Is.EqualTo(["a.COMPLETED"]));
    }

    [Test]
    public void A_rejected_batch_is_sent_again_although_a_sink_holds_the_one_before_it()
    {
        _folder.Add("a", "1\n2\n3\n");
        var sink = new PatientSink();
        var calls = 0;
        var run = new SpoolRun(_folder, Options(batchSize: 1))
        {
            Interceptors = [new Watch(_ => calls = calls == 1 ? throw new InvalidOperationException($"refused {++calls}") : calls + 1)],
            NewSink = (_, _) => sink,
        };
        run.Run(async () =>
        {
            await run.PassAsync(30);
            Assert.That(calls, Is.GreaterThan(3), "The refused one was sent again.");
        });
        Assert.That(sink.Texts, Is.EqualTo(["1", "2", "3"]));
    }

    [Test]
    public void With_tracker_dir_the_spool_directory_may_be_read_only()
    {
        _folder.Add("a", "a\n");
        var run = new SpoolRun(_folder, Options(TrackingPolicy.TrackerDir, trackerDir: _folder.Outside("tracker")))
        {
            Disk = disk => new FaultyStorage(disk)
            {
                Fault = (operation, path) => operation is not ("find" or "list" or "read") && Path.GetDirectoryName(path) == _folder.Path && !path.EndsWith("/a", StringComparison.Ordinal)
                    ? new UnauthorizedAccessException("read-only")
                    : null,
            },
        };
        Assert.That(run.UntilIdle().Texts, Is.EqualTo(["a"]));
    }

    [Test]
    public void A_tracker_directory_whose_parent_is_missing_fails_the_start()
    {
        var run = new SpoolRun(_folder, Options(TrackingPolicy.TrackerDir, trackerDir: _folder.Outside("not-mounted/tracker")));
        run.Run(() => run.PassAsync(1));
        Assert.That(run.Logs.Texts, Has.Some.Contains(
            $"The tracker directory '{_folder.Outside("not-mounted/tracker")}' cannot be made, because '{_folder.Outside("not-mounted")}' does not exist."));
    }

    [Test]
    public void A_name_used_again_is_an_error_until_one_of_the_files_is_moved_away([Values("old\n", "a1\na2\n")] string completed)
    {
        _folder.Add("a", "a1\na2\n");
        _folder.Add("a.COMPLETED", completed);
        _folder.Add("b", "b1\n");
        var run = new SpoolRun(_folder, Options(batchSize: 1));
        run.Run(async () =>
        {
            await run.PassAsync(20);
            Assert.That(run.Problem, Is.EqualTo(
                $"'{_folder["a"]}' is delivered and cannot be renamed, because '{_folder["a.COMPLETED"]}' exists: its name was used again. " +
                "Move one of the two away; give every file a name of its own."));
            Assert.That(run.Count(FlumeCounter.EventReadFail), Is.InRange(5, 8));
            File.Delete(_folder["a.COMPLETED"]);
            await run.PassAsync(3.5);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a1", "a2", "b1"]));
        Assert.That(_folder.Names(), Is.EqualTo(["a.COMPLETED", "b.COMPLETED"]));
    }

    [Test]
    public void An_empty_file_that_cannot_be_renamed_is_one_event_however_often_it_is_tried()
    {
        _folder.Add("a", "");
        _folder.Add("a.COMPLETED", "");
        var run = new SpoolRun(_folder, Options());
        run.Run(() => run.PassAsync(20));
        Assert.That(run.Texts, Is.EqualTo([""]));
        var next = new SpoolRun(_folder, Options());
        next.Run(() => next.PassAsync(10));
        Assert.That(next.Texts, Is.Empty, "after a restart of the process");
    }

    [Test]
    public void A_mark_that_exists_is_an_error_too()
    {
        _folder.Add("a", "a\n");
        var run = new SpoolRun(_folder, Options(TrackingPolicy.TrackerDir));
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 1);
            _folder.Add(".flumespool/a.COMPLETED", "");
            await run.PassAsync(2);
        });
        Assert.That(run.Logs.Texts.Count(text => text.Contains(".flumespool/a.COMPLETED' exists", StringComparison.Ordinal)) <= 1, Is.True);
        Assert.That(run.Texts, Is.EqualTo(["a"]));
    }

    [Test]
    public void A_file_that_grows_while_it_is_read_is_an_error_and_nothing_of_it_is_lost()
    {
        _folder.Add("a", "a1\na2\n");
        var run = Held(out var gate);
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 2);
            _folder.Add("a", "a1\na2\na3\n");
            gate.SetResult();
            await run.PassAsync(1);
            Assert.That(run.Problem, Is.EqualTo(
                $"FLK6303: '{_folder["a"]}' changed its size from 6 to 9 bytes while it was read. 6 bytes of it are delivered; the source goes on behind them. " +
                "Write files elsewhere and move them into the directory when they are complete."));
            Assert.That(run.Count(FlumeCounter.EventReadFail), Is.EqualTo(1));
            await run.PassAsync(3);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a1", "a2", "a3"]));
        Assert.That(_folder.Names(), Is.EqualTo(["a.COMPLETED"]));
    }

    [Test]
    public void A_file_that_is_replaced_by_a_shorter_one_is_an_error_and_read_from_its_beginning()
    {
        _folder.Add("a", "a1\na2\n");
        var run = Held(out var gate);
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 2);
            _folder.Add("a", "b1\n");
            gate.SetResult();
            await run.PassAsync(4);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a1", "a2", "b1"]));
        Assert.That(run.Logs.Texts, Has.One.EqualTo($"'{_folder["a"]}' has 3 bytes, of which 6 were delivered: it was replaced. It is read from its beginning."));
    }

    [Test]
    public void A_file_that_disappears_while_it_is_read_is_an_error_and_the_next_one_follows()
    {
        _folder.Add("a", "a1\n");
        _folder.Add("b", "b1\n");
        var run = Held(out var gate);
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 2);
            File.Delete(_folder["a"]);
            gate.SetResult();
            await run.PassAsync(1);
            Assert.That(run.Problem, Does.StartWith($"FLK6303: '{_folder["a"]}' disappeared while it was read."));
            await run.PassAsync(3);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["a1", "b1"]));
    }

    [Test]
    public void Undecodable_bytes_stop_the_source_there_until_the_file_is_corrected()
    {
        _folder.Add("a", [.. "ok\nc"u8, 0xE9, .. ")\nz\n"u8]);
        _folder.Add("b", "b1\n");
        var run = new SpoolRun(_folder, Options());
        run.Run(async () =>
        {
            await run.PassAsync(10);
            Assert.That(run.Texts, Is.EqualTo(["ok"]));
            Assert.That(run.Problem, Does.StartWith($"'{_folder["a"]}' has bytes that are not UTF-8 text in the line part that begins at byte 3."));
            Assert.That(run.Count(FlumeCounter.EventReadFail), Is.GreaterThan(2));
            Assert.That(run.Count(FlumeCounter.GenericProcessingFail), Is.Zero);
            _folder.Add("a", "ok\nce)\nz\n");
            await run.PassAsync(3.5);
            await run.UntilIdleAsync();
        });
        Assert.That(run.Texts, Is.EqualTo(["ok", "ce)", "z", "b1"]));
    }

    [Test]
    public void A_read_that_fails_is_counted_and_tried_again()
    {
        _folder.Add("a", "a1\na2\n");
        var failures = 2;
        var run = new SpoolRun(_folder, Options())
        {
            Disk = disk => new FaultyStorage(disk) { Fault = (operation, _) => operation == "read" && failures-- > 0 ? new IOException("Input/output error") : null },
        };
        Assert.That(run.UntilIdle().Texts, Is.EqualTo(["a1", "a2"]));
        Assert.That(run.Count(FlumeCounter.EventReadFail), Is.EqualTo(2));
        Assert.That(run.Logs.Texts, Has.Some.Contains($"'{_folder["a"]}' cannot be read: Input/output error"));
    }

    [Test]
    public void A_file_that_vanishes_before_it_is_opened_is_skipped()
    {
        _folder.Add("a", "a1\n");
        _folder.Add("b", "b1\n");
        var run = new SpoolRun(_folder, Options())
        {
            Disk = disk => new FaultyStorage(disk)
            {
                Fault = (operation, path) =>
                {
                    if (operation == "open" && path == _folder["a"])
                    {
                        File.Delete(path);
                    }

                    return null;
                },
            },
        };
        Assert.That(run.UntilIdle().Texts, Is.EqualTo(["b1"]));
        Assert.That(run.Count(FlumeCounter.EventReadFail), Is.Zero);
    }

    [Test]
    public void A_deletion_that_fails_is_tried_again_and_no_event_comes_twice()
    {
        _folder.Add("a", "a1\n");
        _folder.Add("b", "b1\n");
        var failures = 2;
        var run = new SpoolRun(_folder, new SpoolDirSourceOptions { SpoolDir = _folder.Path, DeletePolicy = DeletePolicy.Immediate, Deserializer = SpoolFolder.Line() })
        {
            Disk = disk => new FaultyStorage(disk)
            {
                Fault = (operation, path) => operation == "delete" && path == _folder["a"] && failures-- > 0 ? new UnauthorizedAccessException("Access is denied.") : null,
            },
        };
        Assert.That(run.UntilIdle().Texts, Is.EqualTo(["a1", "b1"]));
        Assert.That(_folder.Names(), Is.Empty);
    }

    [Test]
    public void A_file_to_be_deleted_that_is_gone_already_is_a_warning()
    {
        _folder.Add("a", "a1\n");
        var run = Held(out var gate, DeletePolicy.Immediate);
        run.Run(async () =>
        {
            await run.UntilAsync(() => run.Count(FlumeCounter.EventReceivedCount) == 1);
            File.Delete(_folder["a"]);
            gate.SetResult();
            await run.UntilIdleAsync();
        });
        Assert.That(run.Logs.Entries, Has.One.Matches<(LogLevel Level, EventId, string Text)>(
            entry => entry.Level == LogLevel.Warning && entry.Text == $"'{_folder["a"]}' was to be deleted and is gone already; its events are delivered."));
        Assert.That(run.Count(FlumeCounter.EventReadFail), Is.Zero);
    }

    private SpoolRun Held(out TaskCompletionSource gate, DeletePolicy deletePolicy = DeletePolicy.Never)
    {
        var opened = gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new SpoolRun(_folder, new SpoolDirSourceOptions { SpoolDir = _folder.Path, DeletePolicy = deletePolicy, Deserializer = SpoolFolder.Line() })
        {
            NewSink = (sink, _) => new ScriptedSink(async (_, events, abort) =>
            {
                await opened.Task;
                await sink.WriteAsync(events, abort);
            }),
        };
    }

    private SpoolDirSourceOptions Options(TrackingPolicy trackingPolicy = TrackingPolicy.Rename, string trackerDir = ".flumespool", int batchSize = 100) => new()
    {
        SpoolDir = _folder.Path,
        TrackingPolicy = trackingPolicy,
        TrackerDir = trackerDir,
        BatchSize = batchSize,
        Deserializer = SpoolFolder.Line(),
    };
}
