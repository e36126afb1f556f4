using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

public class HdfsSinkTests
{
    private static async Task<Exception> FailureOf(HdfsSink sink, System.Collections.Immutable.ImmutableArray<FlumeEvent> events)
    {
        try
        {
            await sink.WriteAsync(events, CancellationToken.None);
        }
        catch (Exception failure)
        {
            return failure;
        }

        throw new AssertionException("The write succeeded.");
    }

    [Test]
    public void Events_go_into_folders_by_time_and_header()
    {
        using var bench = new HdfsBench();
        var web1 = EventHeaders.Create(("timestamp", "1340459193234"), ("host", "web-01"));
        var web2 = EventHeaders.Create(("timestamp", "1340459193234"), ("host", "web-02"));
        bench.Run(bench.Options("/%Y-%m-%d/%H", prefix: "%{host}"), async sink =>
        {
            await sink.WriteAsync([.. HdfsBench.Events(web1, "a", "b"), .. HdfsBench.Events(web2, "c"), .. HdfsBench.Events(web1, "d")], CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[]
            {
                $"2012-06-23/13/web-01.{HdfsBench.Start + 1}.OWNER.tmp",
                $"2012-06-23/13/web-02.{HdfsBench.Start + 1}.OWNER.tmp",
            }));
        });
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"2012-06-23/13/web-01.{HdfsBench.Start + 1}", $"2012-06-23/13/web-02.{HdfsBench.Start + 1}" }));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\nb\nd\n", "c\n" }));
        Assert.That(File.ReadLines(bench.LedgerPath).Count(), Is.EqualTo(1), "nothing is in use any more");
    }

    [Test]
    public void One_batch_is_one_write_per_bucket()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%{k}"), async sink =>
        {
            var a = EventHeaders.Create(("k", "a"));
            var b = EventHeaders.Create(("k", "b"));
            for (var batch = 0; batch < 3; batch++)
            {
                await sink.WriteAsync([.. Enumerable.Range(0, 50).Select(n => FlumeEvent.FromText("x", n % 2 == 0 ? a : b))], CancellationToken.None);
            }
        });
        Assert.That(bench.Storage.Calls.Count(call => call.StartsWith("write FlumeData", StringComparison.Ordinal)), Is.EqualTo(6));
    }

    [Test]
    public void Header_values_with_dots_stay_below_the_literal_root()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/in/%{k}", prefix: "%{p}"), sink =>
            sink.WriteAsync(HdfsBench.Events(EventHeaders.Create(("k", "../../up"), ("p", "../x")), "a"), CancellationToken.None));
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"in/__/__/up/__/x.{HdfsBench.Start + 1}" }));
    }

    [Test]
    public void An_event_without_a_timestamp_is_named_and_nothing_of_its_batch_is_written()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%Y"), async sink =>
        {
            var failure = await FailureOf(sink, [.. HdfsBench.Events(EventHeaders.Empty.Set("timestamp", 5L), "a"), .. HdfsBench.Events("b")]);
            Assert.That(failure, Is.TypeOf<PoisonEventException>().With.Property("Index").EqualTo(1).And.Message.Contains("Expected timestamp"));
        });
        Assert.That(bench.Names(), Is.Empty);
    }

    [Test]
    public void A_failed_write_is_cut_back_and_the_retry_doubles_nothing()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("one"), CancellationToken.None);
            bench.Storage.TearsAt = path => path.Contains("FlumeData", StringComparison.Ordinal) ? 5 : null;
            Assert.That(await FailureOf(sink, HdfsBench.Events("two", "three")), Is.TypeOf<DeliveryException>().With.Message.EqualTo("No space left on device."));
            bench.Storage.TearsAt = null;
            Assert.That(bench.Contents(), Is.EqualTo(new[] { "one\ntwo\nt" }));
            await sink.WriteAsync(HdfsBench.Events("2"), CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "one\n2\n" }));
    }

    [Test]
    public void A_torn_end_is_cut_off_when_the_file_is_finished()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("one"), CancellationToken.None);
            bench.Storage.TearsAt = path => path.Contains("FlumeData", StringComparison.Ordinal) ? 5 : null;
            await FailureOf(sink, HdfsBench.Events("two", "three"));
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "one\n" }));
    }

    [Test]
    public void A_file_that_cannot_be_cut_is_left_and_the_bucket_goes_on_in_a_new_one()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(retry: 1), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("one"), CancellationToken.None);
            bench.Storage.TearsAt = path => path.Contains("FlumeData", StringComparison.Ordinal) ? 1 : null;
            await FailureOf(sink, HdfsBench.Events("two"));
            bench.Storage.TearsAt = null;
            bench.Storage.Before = (call, _) =>
            {
                if (call == "cut")
                {
                    throw new IOException("Input/output error.");
                }
            };
            await sink.WriteAsync(HdfsBench.Events("two"), CancellationToken.None);
            bench.Storage.Before = null;
            await bench.Wait(1.5);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "one\n", "two\n" }));
    }

    [Test]
    public void A_bucket_that_fails_takes_only_its_own_events_back()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%{k}"), async sink =>
        {
            var a = EventHeaders.Create(("k", "a"));
            var b = EventHeaders.Create(("k", "b"));
            bench.Storage.TearsAt = path => path.Contains("/a/", StringComparison.Ordinal) ? 2 : null;
            var failure = await FailureOf(sink, [.. HdfsBench.Events(a, "1"), .. HdfsBench.Events(b, "2", "3"), .. HdfsBench.Events(a, "4")]);
            Assert.That(failure, Is.TypeOf<PartialDeliveryException>());
            Assert.That(((PartialDeliveryException)failure).FailedIndexes, Is.EqualTo(new[] { 0, 3 }));
            bench.Storage.TearsAt = null;
            await sink.WriteAsync(HdfsBench.Events(a, "1", "4"), CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "1\n4\n", "2\n3\n" }));
    }

    [Test]
    public void Buckets_that_are_written_together_fail_by_themselves()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%{k}", count: 5), async sink =>
        {
            string[] keys = ["a", "b", "c", "d"];
            var all = keys.Select(static key => EventHeaders.Create(("k", key))).ToArray();
            await sink.WriteAsync([.. all.SelectMany(headers => HdfsBench.Events(headers, "1", "2", "3"))], CancellationToken.None);
            bench.Storage.TearsAt = path => path.Contains("/b/", StringComparison.Ordinal) ? 1 : null;
            var failure = await FailureOf(
                sink,
                [.. HdfsBench.Events(all[0], "4"), .. HdfsBench.Events(all[1], "4", "5"), .. HdfsBench.Events(all[2], "4", "poison", "6"), .. HdfsBench.Events(all[3], "4", "5", "6")]);
            Assert.That(((PartialDeliveryException)failure).FailedIndexes, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
            bench.Storage.TearsAt = null;
            await sink.WriteAsync([.. HdfsBench.Events(all[1], "4", "5"), .. HdfsBench.Events(all[2], "4", "6")], CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "1\n2\n3\n4\n", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n6\n", "1\n2\n3\n4\n5\n", "6\n" }));
    }

    [Test]
    public void Events_of_files_that_were_finished_in_the_same_batch_stay_delivered()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 2), async sink =>
        {
            bench.Storage.Before = (call, path) =>
            {
                if (call == "write" && path.Contains($"{HdfsBench.Start + 3}", StringComparison.Ordinal))
                {
                    throw new IOException("Broken.");
                }
            };
            var failure = (PartialDeliveryException)await FailureOf(sink, HdfsBench.Events("1", "2", "3", "4", "5"));
            Assert.That(failure.FailedIndexes, Is.EqualTo(new[] { 4 }));
            bench.Storage.Before = null;
            await sink.WriteAsync(HdfsBench.Events("5"), CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "1\n2\n", "3\n4\n", "5\n" }));
    }

    [Test]
    public void An_event_that_the_serializer_refuses_is_named()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(), async sink =>
        {
            Assert.That(await FailureOf(sink, HdfsBench.Events("a", "poison", "b")), Is.TypeOf<PoisonEventException>().With.Property("Index").EqualTo(1));
            await sink.WriteAsync(HdfsBench.Events("c"), CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "c\n" }));
    }

    [Test]
    public void With_sync_the_bytes_and_the_names_are_on_disk_before_the_commit()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/day", sync: SyncMode.Commit), async sink =>
        {
            bench.Storage.Calls.Clear();
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            var name = $"FlumeData.{HdfsBench.Start + 1}.{bench.Owner}.tmp";
            Assert.That(bench.Storage.Calls, Is.EqualTo(new[]
            {
                "open k1.files", "write k1.files", "sync k1.files", // on the ledger before it is made
                $"open {name}", "mkdir day", "syncdir out", $"syncdir {Path.GetFileName(bench.Folder.Path)}", $"open {name}", "syncdir day",
                $"write {name}", $"sync {name}",
            }));
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n" }));
    }

    [Test]
    public void Formats_with_a_head_and_a_tail_get_both()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 2, serializer: () => new LineSerializer(head: "<", tail: ">")), sink =>
            sink.WriteAsync(HdfsBench.Events("1", "2", "3"), CancellationToken.None));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "<1\n2\n>", "<3\n>" }));
    }

    [Test]
    public void Local_paths_may_have_a_scheme([Values("file:", "file://", "")] string scheme)
    {
        using var bench = new HdfsBench();
        var options = bench.Options();
        bench.Run(
            new HdfsSinkOptions
            {
                Path = scheme + bench.Output, FileType = options.FileType, Serializer = options.Serializer, StateDirectory = options.StateDirectory,
            },
            sink => sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n" }));
    }

    [Test]
    public void It_may_be_stopped_without_a_start_and_started_again_after_a_stop()
    {
        using var bench = new HdfsBench();
        var sink = bench.Sink(bench.Options());
        bench.Scheduler.Run(async () =>
        {
            await sink.StopAsync(CancellationToken.None);
            for (var run = 0; run < 2; run++)
            {
                await sink.StartAsync(CancellationToken.None);
                await sink.WriteAsync(HdfsBench.Events($"{run}"), CancellationToken.None);
                await sink.StopAsync(CancellationToken.None);
                await sink.StopAsync(CancellationToken.None);
            }
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "0\n", "1\n" }));
    }
}
