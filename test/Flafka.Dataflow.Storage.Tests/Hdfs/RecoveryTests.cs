using System.Globalization;
using System.Text;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.Storage.Tests.Codecs;
using Flafka.Dataflow.Storage.Tests.Formats;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

public class RecoveryTests
{
    // What a killed process leaves: the ledger as a former run wrote it, without its lock.
    private static LedgerEntry Left(HdfsBench bench, string owner, long counter, string text, FileTail? tail = null)
    {
        var entry = new FileNames("", ".tmp", "", owner, tail ?? FileTail.Lines).Name(bench.Output, "FlumeData", counter);
        bench.Folder.Write(Path.GetRelativePath(bench.Folder.Path, entry.InUse), text);
        return entry;
    }

    private static void WriteLedger(HdfsBench bench, string owner, params LedgerEntry[] entries) =>
        bench.Folder.Write("state/a1/k1.files", new LedgerText(owner, "process 1 on there", entries).ToText());

    [Test]
    public void Torn_ends_are_cut_empty_files_deleted_and_the_others_renamed()
    {
        using var bench = new HdfsBench();
        WriteLedger(bench, "0a1b2c3d", Left(bench, "0a1b2c3d", 5, "one\ntwo\nthr"), Left(bench, "0a1b2c3d", 6, ""), Left(bench, "0a1b2c3d", 7, "torn"), Left(bench, "0a1b2c3d", 8, "all\n"));
        var foreign = Left(bench, "ffffffff", 9, "foreign\nto");
        bench.Run(bench.Options(), _ => Task.CompletedTask);
        Assert.That(bench.Names(), Is.EqualTo(new[] { "FlumeData.5", "FlumeData.8", Path.GetFileName(foreign.InUse) }));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "one\ntwo\n", "all\n", "foreign\nto" }));
        Assert.That(bench.Owner, Is.EqualTo("0a1b2c3d"), "made once");
    }

    [Test]
    public void A_long_torn_line_is_found_across_blocks()
    {
        using var bench = new HdfsBench();
        WriteLedger(bench, "o", Left(bench, "o", 1, "head\n" + new string('x', 200_000)));
        bench.Run(bench.Options(), _ => Task.CompletedTask);
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "head\n" }));
    }

    [Test]
    public void Without_line_feeds_nothing_is_cut()
    {
        using var bench = new HdfsBench();
        WriteLedger(bench, "o", Left(bench, "o", 1, "a\nb", FileTail.Unknown));
        bench.Run(bench.Options(), _ => Task.CompletedTask);
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\nb" }));
    }

    [Test]
    public void A_taken_name_is_left_alone_unless_it_is_the_same_file_half_renamed()
    {
        using var bench = new HdfsBench();
        WriteLedger(bench, "o", Left(bench, "o", 1, "mine\n"), Left(bench, "o", 3, "same\n"));
        bench.Folder.Write("out/FlumeData.1", "other\n");
        bench.Folder.Write("out/FlumeData.3", "same\n");
        bench.Run(bench.Options(), _ => Task.CompletedTask);
        Assert.That(bench.Names(), Is.EqualTo(new[] { "FlumeData.1", "FlumeData.2", "FlumeData.3" }));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "other\n", "mine\n", "same\n" }));
    }

    [Test]
    public void A_ledger_that_was_torn_by_the_crash_is_read_up_to_its_last_line()
    {
        using var bench = new HdfsBench();
        var entry = Left(bench, "o", 1, "a\n");
        bench.Folder.Write("state/a1/k1.files", new LedgerText("o", "", [entry]).ToText() + "+\tl\t2\t/so");
        bench.Run(bench.Options(), sink => sink.WriteAsync(HdfsBench.Events("b"), CancellationToken.None));
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n", "b\n" }));
    }

    [Test]
    public void Something_else_in_the_place_of_the_ledger_is_not_touched()
    {
        using var bench = new HdfsBench();
        bench.Folder.Write("state/a1/k1.files", "shopping list\n");
        Assert.That(() => bench.Run(bench.Options(), _ => Task.CompletedTask), Throws.TypeOf<IOException>().With.Message.Contains("Nothing was changed"));
        Assert.That(File.ReadAllText(bench.LedgerPath), Is.EqualTo("shopping list\n"));
    }

    [Test]
    public void Odd_names_come_through_the_ledger()
    {
        var entry = new LedgerEntry("/a\tb\\c\nd/x.1.o.tmp", "/a\tb\\c\nd/x", -3, ".\\n", FileTail.Lines);
        Assert.That(LedgerEntry.TryParse(entry.ToLine().TrimEnd('\n'), out var read), Is.True);
        Assert.That(read, Is.EqualTo(entry));
    }

    [Test]
    public void A_ledger_has_one_holder_and_says_who()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(), async _ =>
        {
            try
            {
                await bench.Sink(bench.Options()).StartAsync(CancellationToken.None);
                Assert.Fail("Two sinks hold one ledger.");
            }
            catch (IOException failure)
            {
                Assert.That(failure.Message, Does.StartWith($"FLK6105: '{bench.LedgerPath}' is held by process {Environment.ProcessId} on {Environment.MachineName}."));
            }
        });
        bench.Run(bench.Options(), _ => Task.CompletedTask);
    }

    [Test]
    public void Two_sinks_that_share_a_folder_leave_each_other_alone()
    {
        using var bench = new HdfsBench();
        bench.Scheduler.Run(async () =>
        {
            var sinks = new[] { bench.Sink(bench.Options(count: 1), "k1"), bench.Sink(bench.Options(count: 1), "k2") };
            foreach (var sink in sinks)
            {
                await sink.StartAsync(CancellationToken.None);
            }

            for (var round = 0; round < 10; round++)
            {
                await Join.AllAsync(sinks.Select((sink, n) => sink.WriteAsync(HdfsBench.Events($"{n}-{2 * round}", $"{n}-{(2 * round) + 1}"), CancellationToken.None)));
            }

            await Join.AllAsync(sinks.Select(sink => sink.StopAsync(CancellationToken.None)));
        });
        Assert.That(bench.Contents().Order(), Is.EqualTo(Enumerable.Range(0, 2).SelectMany(n => Enumerable.Range(0, 20).Select(i => $"{n}-{i}\n")).Order()));
        Assert.That(bench.Names(), Has.None.EndsWith(".tmp"));
    }

    [Test]
    public void The_ledger_stays_short()
    {
        using var bench = new HdfsBench();
        bench.Run(bench.Options(count: 1), async sink =>
        {
            for (var i = 0; i < 40; i++)
            {
                await sink.WriteAsync(HdfsBench.Repeat("x", 100), CancellationToken.None);
            }

            Assert.That(File.ReadLines(bench.LedgerPath).Count(), Is.LessThan(2000));
            Assert.That(bench.Storage.Calls.Count(call => call == "sync k1.files"), Is.LessThan(60), "names are put on the list in groups");
        });
        Assert.That(bench.Counts(), Has.Count.EqualTo(4000));
    }

    // The process is killed before a call of the disk, or in the middle of a write; then everything it does is refused.
    [Test]
    public void Whenever_it_is_killed_every_committed_event_is_there_once_after_the_next_start([Range(1, 30)] int seed) =>
        KillAgainAndAgain(seed, HdfsFileType.DataStream, null);

    [Test]
    public void In_every_format_what_is_committed_is_there_once(
        [Values(HdfsFileType.SequenceFile, HdfsFileType.CompressedStream)] HdfsFileType type, [Values(null, "gzip", "bzip2", "snappy", "deflate")] string? codec, [Range(1, 4)] int seed)
    {
        if (type == HdfsFileType.SequenceFile || codec is not null)
        {
            KillAgainAndAgain(seed, type, codec);
        }
    }

    [Test]
    public void A_file_that_cannot_be_finished_yet_does_not_keep_the_sink_from_starting()
    {
        using var bench = new HdfsBench();
        bench.Scheduler.Run(async () =>
        {
            var killed = bench.Sink(bench.Options());
            await killed.StartAsync(CancellationToken.None);
            await killed.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            bench.Storage.Before = static (_, _) => throw new IOException("Killed.");
            await killed.StopAsync(new CancellationToken(canceled: true));
        });
        var isRefused = true;
        var left = bench.Files().Single();
        bench.Storage.Before = (_, path) =>
        {
            if (isRefused && path == left)
            {
                throw new UnauthorizedAccessException("Permission denied.");
            }
        };
        bench.Run(bench.Options(), async sink =>
        {
            await sink.WriteAsync(HdfsBench.Events("b"), CancellationToken.None);
            isRefused = false;
            await bench.Wait(200);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n", "b\n" }));
        Assert.That(bench.Names(), Has.None.EndsWith(".tmp"));
    }

    private static void KillAgainAndAgain(int seed, HdfsFileType type, string? codec)
    {
        using var bench = new HdfsBench(seed);
        var random = new Random(seed);
        var options = bench.Options("/%{k}", count: 7, interval: 2, idle: 1, maxOpen: 3, retry: 1, type: type, codec: codec, writeFormat: "Text");
        var committed = new List<string>();
        var attempted = new List<string>();
        var next = 0;
        for (var life = 0; life < 6; life++)
        {
            var left = random.Next(5, 120);
            var isDead = false;
            bench.Storage.Before = (_, _) =>
            {
                isDead |= --left < 0;
                if (isDead)
                {
                    throw new IOException("Killed.");
                }
            };
            bench.Storage.TearsAt = path =>
            {
                isDead |= left == 0;
                return isDead && path.Contains("FlumeData", StringComparison.Ordinal) ? random.Next(type == HdfsFileType.DataStream ? 12 : 300) : isDead ? 0 : null;
            };
            bench.Scheduler.Run(async () =>
            {
                var sink = bench.Sink(options);
                try
                {
                    await sink.StartAsync(CancellationToken.None);
                    while (!isDead)
                    {
                        string[] bodies = [.. Enumerable.Range(next, random.Next(1, 20)).Select(n => n.ToString(CultureInfo.InvariantCulture))];
                        next += bodies.Length;
                        attempted.AddRange(bodies);
                        try
                        {
                            await sink.WriteAsync([.. bodies.Select(body => FlumeEvent.FromText(body, Bucket(body)))], CancellationToken.None);
                            committed.AddRange(bodies);
                        }
                        catch (PartialDeliveryException partial)
                        {
                            committed.AddRange(bodies.Where((_, i) => !partial.FailedIndexes.Contains(i)));
                        }

                        await bench.Wait(random.Next(4) * 0.7);
                    }
                }
                catch (Exception) when (isDead)
                {
                    // The end of this life.
                }

                await sink.StopAsync(new CancellationToken(canceled: true)); // lets go of handles and lock, as the system does
            });
        }

        bench.Storage.Before = null;
        bench.Storage.TearsAt = null;
        bench.Run(options, _ => Task.CompletedTask);
        var found = bench.Files().SelectMany(file => BodiesOf(file, type, codec)).ToList();
        Assert.That(bench.Names(), Has.None.EndsWith(".tmp"));
        Assert.That(found, Is.Unique);
        Assert.That(found, Is.SubsetOf(attempted));
        Assert.That(committed.Except(found), Is.Empty, "lost");
    }

    private static string[] BodiesOf(string path, HdfsFileType type, string? codec)
    {
        var bytes = File.ReadAllBytes(path);
        if (type == HdfsFileType.SequenceFile)
        {
            return [.. SequenceFileReader.Read(bytes).Select(static record => record.Value)];
        }

        var plain = CompressionCodec.TryFind(codec ?? "", out var found) ? Unpack.All(found, bytes) : bytes;
        return Encoding.UTF8.GetString(plain).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static EventHeaders Bucket(string body) => EventHeaders.Create(("k", body[^1] % 2 == 0 ? "even" : body[^1] == '1' ? "one" : "odd"));
}
