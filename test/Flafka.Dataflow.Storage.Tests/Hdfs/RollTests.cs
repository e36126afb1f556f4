using Flafka.Dataflow.Storage.Hdfs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

public class RollTests
{
    private static async Task Feed(HdfsSink sink, string body, int count, int batchSize)
    {
        for (var written = 0; written < count; written += batchSize)
        {
            await sink.WriteAsync(HdfsBench.Repeat(body, Math.Min(batchSize, count - written)), CancellationToken.None);
        }
    }

    [TestCase(100, 0, 3, 1000, 100, new[] { 100, 100, 100, 100, 100, 100, 100, 100, 100, 100 })]
    [TestCase(0, 400, 3, 1000, 100, new[] { 100, 100, 100, 100, 100, 100, 100, 100, 100, 100 })] // Flume: 300, as it counts no line feeds
    [TestCase(0, 1024, 500, 10, 10, new[] { 3, 3, 3, 1 })]
    [TestCase(10, 0, 3, 100, 2, new[] { 10, 10, 10, 10, 10, 10, 10, 10, 10, 10 })]
    [TestCase(5, 0, 3, 6, 2, new[] { 5, 1 })]
    [TestCase(3, 0, 3, 6, 2, new[] { 3, 3 })]
    [TestCase(10, 1024, 100, 25, 100, new[] { 10, 10, 5 })]
    [TestCase(10, 1024, 200, 15, 100, new[] { 6, 6, 3 })]
    public void Files_roll_by_count_and_size(long rollCount, long rollSize, int bodyBytes, int events, int batchSize, int[] files)
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: rollCount, size: rollSize), sink => Feed(sink, new string('x', bodyBytes), events, batchSize));
        Assert.That(bench.Counts(), Is.EqualTo(files));
        Assert.That(bench.Names(), Is.EqualTo(files.Select((_, i) => $"FlumeData.{HdfsBench.Start + 1 + i}")));
    }

    [Test]
    public void A_full_file_stays_in_use_until_the_next_event()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 1), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("A"), CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}.OWNER.tmp" }));
            await sink.WriteAsync(HdfsBench.Events("B"), CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}", $"FlumeData.{HdfsBench.Start + 2}.OWNER.tmp" }));
        });
    }

    [Test]
    public void The_roll_interval_finishes_a_file_and_the_next_counter_comes_from_the_clock()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(interval: 1), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Repeat("x", 9), CancellationToken.None);
            await bench.Wait(0.9);
            Assert.That(bench.Names().Single(), Does.EndWith(".tmp"));
            await bench.Wait(1.1);
            Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}" }));
            await sink.WriteAsync(HdfsBench.Repeat("x", 1), CancellationToken.None);
        });
        Assert.That(bench.Counts(), Is.EqualTo(new[] { 9, 1 }));
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}", $"FlumeData.{HdfsBench.Start + 2001}" }));
    }

    [Test]
    public void The_roll_interval_counts_from_the_opening_of_each_file()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 2, interval: 1), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Repeat("x", 2), CancellationToken.None);
            await bench.Wait(0.6);
            await sink.WriteAsync(HdfsBench.Repeat("x", 1), CancellationToken.None);
            await bench.Wait(0.6);
            Assert.That(bench.Names()[1], Does.EndWith(".tmp"), "open for 0.6 s");
            await bench.Wait(0.5);
            Assert.That(bench.Names()[1], Does.Not.EndWith(".tmp"));
        });
    }

    [Test]
    public void An_idle_file_is_finished_and_each_write_keeps_it_open()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(idle: 1), async sink =>
        {
            await Feed(sink, "x", 4, 2);
            await bench.Wait(1.001);
            await Feed(sink, "x", 4, 2);
            await bench.Wait(0.5);
            await Feed(sink, "x", 2, 2);
            await bench.Wait(0.9);
            Assert.That(bench.Names().Count(name => name.EndsWith(".tmp", StringComparison.Ordinal)), Is.EqualTo(1));
        });
        Assert.That(bench.Counts(), Is.EqualTo(new[] { 4, 6 }));
    }

    [Test]
    public void The_least_recently_used_file_makes_room()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%{k}", maxOpen: 2), async sink =>
        {
            foreach (var key in "abac")
            {
                await sink.WriteAsync(HdfsBench.Events(EventHeaders.Create(("k", key.ToString())), "x"), CancellationToken.None);
            }

            Assert.That(bench.Names().Select(name => name[0] + (name.EndsWith(".tmp", StringComparison.Ordinal) ? " open" : " finished")), Is.EqualTo(new[] { "a open", "b finished", "c open" }));
        });
    }

    [Test]
    public void One_batch_may_have_more_buckets_than_may_be_open()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options("/%{k}", maxOpen: 3), sink =>
            sink.WriteAsync([.. Enumerable.Range(0, 100).Select(n => FlumeEvent.FromText($"{n}", EventHeaders.Create(("k", $"{n % 10}"))))], CancellationToken.None));
        Assert.That(bench.Storage.MostOpenFiles, Is.EqualTo(3));
        Assert.That(bench.Contents().SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse).Order(), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [TestCase("", ".tmp", false, "", "FlumeData", "FlumeData.{0}.OWNER.tmp", "FlumeData.{0}")]
    [TestCase("", ".tmp", false, ".avro", "FlumeData", "FlumeData.{0}.avro.OWNER.tmp", "FlumeData.{0}.avro")]
    [TestCase("_", ".wip", false, "", "events-", "_events-.{0}.OWNER.wip", "events-.{0}")]
    [TestCase("", ".tmp", true, "", "FlumeData", "FlumeData.{0}", "FlumeData.{0}")]
    [TestCase("_", ".tmp", true, "", "FlumeData", "_FlumeData.{0}.OWNER", "FlumeData.{0}")]
    public void Names_in_use_and_final(string inUsePrefix, string inUseSuffix, bool emptySuffix, string suffix, string prefix, string open, string final)
    {
        using var bench = new HdfsBench();
        var options = bench.Options(prefix: prefix, suffix: suffix, inUsePrefix: inUsePrefix, inUseSuffix: inUseSuffix, emptySuffix: emptySuffix);
        bench.Run(options, async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[] { string.Format(null, open, HdfsBench.Start + 1) }));
        });
        Assert.That(bench.Names(), Is.EqualTo(new[] { string.Format(null, final, HdfsBench.Start + 1) }));
    }

    [TestCase(HdfsFileType.CompressedStream, "gzip", "", ".gz")]
    [TestCase(HdfsFileType.CompressedStream, "BZip2Codec", "", ".bz2")]
    [TestCase(HdfsFileType.SequenceFile, "org.apache.hadoop.io.compress.DefaultCodec", "", ".deflate")]
    [TestCase(HdfsFileType.SequenceFile, "snappy", "", ".snappy")]
    [TestCase(HdfsFileType.SequenceFile, null, "", "")]
    [TestCase(HdfsFileType.CompressedStream, "gzip", ".foo", ".foo")]
    public void A_codec_names_files_unless_the_user_does(HdfsFileType type, string? codec, string suffix, string expected)
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(type: type, codec: codec, suffix: suffix), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}{expected}.OWNER.tmp" }));
        });
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}{expected}" }));
    }

    [Test]
    public void Names_over_a_sequence_of_rolls_are_those_of_Flume()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 1, interval: 30), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a", "b"), CancellationToken.None);
            await bench.Wait(31.5);
            await sink.WriteAsync(HdfsBench.Events("c"), CancellationToken.None);
            Assert.That(bench.Names(), Is.EqualTo(new[]
            {
                $"FlumeData.{HdfsBench.Start + 1}", $"FlumeData.{HdfsBench.Start + 2}", $"FlumeData.{HdfsBench.Start + 31501}.OWNER.tmp",
            }));
        });
    }

    [Test]
    public void A_final_name_that_is_taken_is_left_alone_and_the_counter_goes_on([Values] bool emptySuffix)
    {
        using var bench = new HdfsBench();
        bench.Folder.Write($"out/FlumeData.{HdfsBench.Start + 1}", "not ours");
        bench.Folder.Write($"out/FlumeData.{HdfsBench.Start + 2}", "not ours");
        bench.Run(bench.Options(emptySuffix: emptySuffix), sink => sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "not ours", "not ours", "a\n" }));
        Assert.That(bench.Names()[2], Is.EqualTo($"FlumeData.{HdfsBench.Start + 3}"));
    }

    [TestCase(3, 1, 3)]
    [TestCase(1, 1, 1)]
    [TestCase(5, 0, 1)]
    public void A_rename_is_tried_so_often_and_then_given_up(int closeTries, double retryInterval, int expected)
    {
        using var bench = new HdfsBench();
        var tries = 0;
        bench.Storage.Before = (call, path) =>
        {
            if (call == "move" && path.EndsWith(".tmp", StringComparison.Ordinal))
            {
                tries++;
                throw new IOException("Broken.");
            }
        };
        bench.Run(bench.Options(count: 1, closeTries: closeTries, retry: retryInterval), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            await sink.WriteAsync(HdfsBench.Events("b"), CancellationToken.None);
            await bench.Wait(60);
            Assert.That(tries, Is.EqualTo(expected), "of the first file");
            bench.Storage.Before = null;
        });
        Assert.That(bench.Names()[0], Does.EndWith(".tmp"));
        bench.Run(bench.Options(), _ => Task.CompletedTask);
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n", "b\n" }), "the next start finishes it");
        Assert.That(bench.Names(), Has.None.EndsWith(".tmp"));
    }

    [Test]
    public void Without_a_number_of_tries_a_rename_is_tried_until_it_works([Values(0, -4)] int closeTries)
    {
        using var bench = new HdfsBench();
        var tries = 0;
        bench.Storage.Before = (call, path) =>
        {
            if (call == "move" && path.EndsWith(".tmp", StringComparison.Ordinal) && ++tries < 20)
            {
                throw new IOException("Broken.");
            }
        };
        bench.Run(bench.Options(count: 1, closeTries: closeTries), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            await sink.WriteAsync(HdfsBench.Events("b"), CancellationToken.None);
            await bench.Wait(20 * 180);
            Assert.That(bench.Names()[0], Is.EqualTo($"FlumeData.{HdfsBench.Start + 1}"));
        });
    }

    [Test]
    public void A_stop_tries_a_failed_rename_once_more_and_does_not_wait()
    {
        using var bench = new HdfsBench();
        var fails = 2;
        bench.Storage.Before = (call, path) =>
        {
            if (call == "move" && path.EndsWith(".tmp", StringComparison.Ordinal) && fails-- > 0)
            {
                throw new IOException("Broken.");
            }
        };
        bench.Run(bench.Options(count: 1), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("a", "b"), CancellationToken.None);
            Assert.That(bench.Names()[0], Does.EndWith(".tmp"));
        });
        Assert.That(bench.Scheduler.Time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
    }
}
