using System.Collections.Immutable;
using System.ComponentModel.Design;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>The sink on HDFS, with the faults of a cluster, in simulated time.</summary>
public class WebHdfsSinkTests
{
    private const string Out = ScriptedCluster.Root + "/out";

    private static LentEvents Lease(params string[] bodies) => new(HdfsBench.Events(bodies));

    private static IEnumerable<string> Texts(ImmutableArray<FlumeEvent> events) => events.Select(flumeEvent => flumeEvent.ToString());

    private static HdfsSinkOptions Options(HdfsBench bench, CommitMode commit, long count = 0, double interval = 0, double retry = 180, string path = "", int maxOpen = 5000, double callTimeout = 30) =>
        bench.Options(path, count: count, interval: interval, retry: retry, commit: commit, root: Out, maxOpen: maxOpen, callTimeout: callTimeout);

    private static async Task WaitUntil(HdfsBench bench, Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++)
        {
            await bench.Wait(0.1);
        }

        Assert.That(condition(), Is.True, "within five minutes");
    }

    [Test]
    public void In_file_mode_events_count_when_their_file_has_its_final_name()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File, count: 3), async sink =>
        {
            var lease = Lease("a", "b", "c", "d");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await WaitUntil(bench, () => lease.Committed.Length == 3);
            Assert.That(bench.Cluster.Files.Keys.Count(static name => name.EndsWith(".tmp", StringComparison.Ordinal)), Is.EqualTo(1), "the file of d");
            Assert.That(lease.Returned, Is.Empty);
            await sink.FlushAsync(CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
            Assert.That(Texts(lease.Committed), Is.EqualTo(new[] { "a", "b", "c", "d" }));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\nc\n", "d\n" }));
        Assert.That(bench.Cluster.Requests.Count(static request => request.Contains("CREATE", StringComparison.Ordinal)), Is.EqualTo(4), "two files, two steps each");
        Assert.That(bench.Cluster.Requests, Has.None.Contains("APPEND"));
    }

    [Test]
    public void A_timer_finishes_a_file_that_holds_events()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File, interval: 5), async sink =>
        {
            var lease = Lease("a");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await bench.Wait(4.9);
            Assert.That(lease.IsSettled, Is.False);
            await bench.Wait(0.2);
            Assert.That(lease.Committed, Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void A_stream_that_breaks_gives_its_events_back_and_leaves_no_file()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File, retry: 1), async sink =>
        {
            bench.Cluster.Fault = static (operation, _) => operation == "data CREATE" ? Fault.WriterDies(3) : null;
            var (first, second) = (Lease("a", "b"), Lease("c"));
            await sink.AcceptAsync(first, CancellationToken.None);
            await sink.AcceptAsync(second, CancellationToken.None);
            await sink.FlushAsync(CancellationToken.None);
            await WaitUntil(bench, () => first.IsSettled && second.IsSettled);
            Assert.That(Texts(first.Returned).Concat(Texts(second.Returned)), Is.EqualTo(new[] { "a", "b", "c" }));
            bench.Cluster.Fault = null;
            await WaitUntil(bench, () => bench.Cluster.Files.Count == 0);
            var again = Lease("a", "b", "c");
            await sink.AcceptAsync(again, CancellationToken.None);
            await sink.FlushAsync(CancellationToken.None);
            await WaitUntil(bench, () => again.IsSettled);
            Assert.That(again.Committed, Has.Length.EqualTo(3));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\nc\n" }));
    }

    [Test]
    public void A_rename_whose_answer_is_lost_is_found_out_and_doubles_nothing([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        using var bench = new HdfsBench();
        var lost = 0;
        bench.Cluster.Fault = (operation, _) => operation == "RENAME" && lost++ == 0 ? Fault.AnswerLost : null;
        bench.Run(Options(bench, commit), async sink =>
        {
            var lease = Lease("a", "b");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await sink.FlushAsync(CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
            Assert.That(lease.Committed, Has.Length.EqualTo(2));
        });
        Assert.That(bench.Cluster.Files, Has.Count.EqualTo(1));
        Assert.That(bench.Cluster.Files.Single().Key, Does.Not.EndWith(".tmp"));
        Assert.That(lost, Is.EqualTo(2));
    }

    [Test]
    public void While_no_name_node_answers_a_complete_file_waits_for_its_name_and_nothing_is_given_back()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File, count: 2, callTimeout: 5), async sink =>
        {
            bench.Cluster.Fault = static (operation, _) => operation is "RENAME" or "GETFILESTATUS" ? Fault.Refused : null;
            var lease = Lease("a", "b");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await bench.Wait(120);
            Assert.That((lease.Committed.Length, lease.Returned.Length), Is.EqualTo((0, 0)));
            bench.Cluster.Fault = null;
            await WaitUntil(bench, () => lease.Committed.Length == 2);
        });
    }

    [Test]
    public void What_came_before_a_poison_event_is_delivered()
    {
        using var bench = new HdfsBench();
        var options = bench.Options("", commit: CommitMode.File, root: Out, serializer: static () => new PickyLines());
        bench.Run(options, async sink =>
        {
            var lease = Lease("a", "poison", "b");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await sink.FlushAsync(CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
            Assert.That((Texts(lease.Committed), Texts(lease.Returned)), Is.EqualTo((new[] { "a" }, new[] { "poison", "b" })));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\n" }));
    }

    [Test]
    public void A_next_start_deletes_what_counted_only_when_finished()
    {
        using var bench = new HdfsBench();
        var options = Options(bench, CommitMode.File);
        bench.Scheduler.Run(async () =>
        {
            var sink = bench.Sink(options);
            await sink.StartAsync(CancellationToken.None);
            await sink.AcceptAsync(Lease("a"), CancellationToken.None);
            var files = bench.Cluster.Files.Keys.ToList();
            Assert.That(files, Has.Count.EqualTo(1));

            // A crash: another process finds the ledger as it is on disk, and the file torn.
            bench.Cluster.Fault = static (_, _) => Fault.Refused;
            await sink.StopAsync(new CancellationToken(canceled: true));
            bench.Cluster.Fault = null;
            var next = bench.Sink(options);
            await next.StartAsync(CancellationToken.None);
            Assert.That(bench.Cluster.Files, Is.Empty);
            await next.StopAsync(CancellationToken.None);
        });
    }

    [Test]
    public void While_an_append_is_under_way_events_gather_for_the_next_one()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch), async sink =>
        {
            var leases = Enumerable.Range(0, 20).Select(number => Lease($"{number}-a", $"{number}-b")).ToList();
            foreach (var lease in leases)
            {
                await sink.AcceptAsync(lease, CancellationToken.None);
            }

            await WaitUntil(bench, () => leases.TrueForAll(static lease => lease.IsSettled));
            Assert.That(leases.Sum(static lease => lease.Committed.Length), Is.EqualTo(40));
            Assert.That(bench.Cluster.Requests.Count(static request => request.StartsWith("dn:9864", StringComparison.Ordinal)), Is.LessThan(10));
        });
        Assert.That(bench.Cluster.Files.Single().Value, Is.EqualTo(string.Concat(Enumerable.Range(0, 20).Select(number => $"{number}-a\n{number}-b\n"))));
    }

    // On real threads: in the simulation time stands still while the cluster works.
    [Test]
    public async Task A_file_that_is_appended_to_without_a_pause_is_finished_when_its_time_is_over()
    {
        using var bench = new HdfsBench();
        var time = new ManualTimeProvider();
        using var cluster = new ScriptedCluster(time);
        var sink = HdfsBench.Sink(Options(bench, CommitMode.Batch, interval: 5), new AgentRuntime(time, TaskScheduler.Default), cluster);
        var (first, second) = (Lease("a"), Lease("b"));
        cluster.BeforeData = () =>
        {
            cluster.BeforeData = null;
            time.Advance(TimeSpan.FromSeconds(6)); // so long takes the append, and meanwhile the next events come
            return sink.AcceptAsync(second, CancellationToken.None).AsTask();
        };
        await sink.StartAsync(CancellationToken.None);
        await sink.AcceptAsync(first, CancellationToken.None);
        SpinWait.SpinUntil(() => first.IsSettled && second.IsSettled, TimeSpan.FromMinutes(1));
        await sink.StopAsync(CancellationToken.None);
        Assert.That(cluster.Files.Values, Is.EqualTo(new[] { "a\n", "b\n" }));
    }

    [Test]
    public void A_file_that_begins_and_ends_inside_one_group_is_one_CREATE_and_a_rename()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch, count: 3), async sink =>
        {
            var lease = Lease("a", "b", "c", "d", "e", "f", "g");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\nc\n", "d\ne\nf\n", "g\n" }));
        Assert.That(bench.Cluster.Requests.Count(static request => request.StartsWith("dn:9864 CREATE", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(bench.Cluster.Requests, Has.None.Contains("APPEND"));
    }

    [Test]
    public void An_append_that_fails_retires_the_file_and_the_bucket_goes_on_in_a_new_one()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch), async sink =>
        {
            var first = Lease("a", "b");
            await sink.AcceptAsync(first, CancellationToken.None);
            await WaitUntil(bench, () => first.IsSettled);
            bench.Cluster.Fault = static (operation, _) => operation == "data APPEND" ? Fault.WriterDies(3) : null;
            var second = Lease("c", "d");
            await sink.AcceptAsync(second, CancellationToken.None);
            await WaitUntil(bench, () => second.IsSettled);
            bench.Cluster.Fault = null;
            Assert.That(Texts(second.Returned), Is.EqualTo(new[] { "c", "d" }));
            var again = Lease("c", "d");
            await sink.AcceptAsync(again, CancellationToken.None);
            await WaitUntil(bench, () => again.IsSettled);
            Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\nc\nd", "c\nd\n" }), "the torn one waits for its lease");
            await WaitUntil(bench, () => bench.Cluster.Files.Keys.Count(static name => name.EndsWith(".tmp", StringComparison.Ordinal)) == 1);
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\n", "c\nd\n" }));
        Assert.That(bench.Cluster.OpenFiles, Is.Empty);
    }

    [Test]
    public void An_append_whose_answer_is_lost_doubles_nothing_in_the_end()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch), async sink =>
        {
            var first = Lease("a");
            await sink.AcceptAsync(first, CancellationToken.None);
            await WaitUntil(bench, () => first.IsSettled);
            bench.Cluster.Fault = static (operation, _) => operation == "data APPEND" ? Fault.AnswerLost : null;
            var second = Lease("b");
            await sink.AcceptAsync(second, CancellationToken.None);
            await WaitUntil(bench, () => second.IsSettled);
            bench.Cluster.Fault = null;
            var again = Lease("b");
            await sink.AcceptAsync(again, CancellationToken.None);
            await WaitUntil(bench, () => again.IsSettled);
            await WaitUntil(bench, () => bench.Cluster.Files.Keys.Count(static name => name.EndsWith(".tmp", StringComparison.Ordinal)) == 1);
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\n", "b\n" }));
    }

    [Test]
    public void After_a_long_pause_a_length_of_somebody_else_retires_the_file()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch), async sink =>
        {
            var first = Lease("a");
            await sink.AcceptAsync(first, CancellationToken.None);
            await WaitUntil(bench, () => first.IsSettled);
            bench.Cluster.Put(bench.Cluster.Files.Single().Key, "a\nstranger\n");
            await bench.Wait(31);
            var second = Lease("b");
            await sink.AcceptAsync(second, CancellationToken.None);
            await WaitUntil(bench, () => second.IsSettled);
            Assert.That(second.Returned, Has.Length.EqualTo(1));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\n" }), "what was acknowledged");
    }

    [Test]
    public void More_buckets_than_may_be_open_wait_for_their_appends()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch, path: "/%{k}", maxOpen: 2), async sink =>
        {
            var lease = new LentEvents([.. Enumerable.Range(0, 12).Select(number => FlumeEvent.FromText($"{number}", EventHeaders.Create(("k", $"{number % 6}"))))]);
            await sink.AcceptAsync(lease, CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
            Assert.That(lease.Committed, Has.Length.EqualTo(12));
        });
        Assert.That(bench.Cluster.Files.Values.SelectMany(static text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)), Is.Unique.And.Exactly(12).Items);
    }

    [Test]
    public void A_torn_file_of_a_former_run_is_cut_after_its_last_line_and_renamed()
    {
        using var bench = new HdfsBench();
        var options = Options(bench, CommitMode.Batch);
        bench.Scheduler.Run(async () =>
        {
            var sink = bench.Sink(options);
            await sink.StartAsync(CancellationToken.None);
            var lease = Lease("a", "b");
            await sink.AcceptAsync(lease, CancellationToken.None);
            await WaitUntil(bench, () => lease.IsSettled);
            bench.Cluster.Fault = static (_, _) => Fault.Refused;
            await sink.StopAsync(new CancellationToken(canceled: true));
            bench.Cluster.Fault = null;
            bench.Cluster.Put(bench.Cluster.Files.Single().Key, "a\nb\nhalf an ev");
            var next = bench.Sink(options);
            await next.StartAsync(CancellationToken.None);
            await next.StopAsync(CancellationToken.None);
        });
        Assert.That(bench.Cluster.Files.Single().Value, Is.EqualTo("a\nb\n"));
        Assert.That(bench.Cluster.Files.Single().Key, Does.Not.EndWith(".tmp"));
    }

    [Test]
    public void A_start_does_not_wait_for_the_lease_of_a_former_run()
    {
        using var bench = new HdfsBench();
        var options = Options(bench, CommitMode.Batch);
        bench.Scheduler.Run(async () =>
        {
            var sink = bench.Sink(options);
            await sink.StartAsync(CancellationToken.None);
            var (first, second) = (Lease("a"), Lease("b"));
            await sink.AcceptAsync(first, CancellationToken.None);
            await WaitUntil(bench, () => first.IsSettled);
            bench.Cluster.Fault = static (operation, _) => operation == "data APPEND" ? Fault.WriterDies(1) : operation == "APPEND" ? null : Fault.Refused;
            await sink.AcceptAsync(second, CancellationToken.None);
            await WaitUntil(bench, () => second.IsSettled);
            await sink.StopAsync(new CancellationToken(canceled: true));
            bench.Cluster.Fault = null;
            Assert.That(bench.Cluster.OpenFiles, Has.Count.EqualTo(1));
            var next = bench.Sink(options);
            var begin = bench.Scheduler.Runtime.Time.GetTimestamp();
            await next.StartAsync(CancellationToken.None);
            Assert.That(bench.Scheduler.Runtime.Time.GetElapsedTime(begin), Is.LessThan(TimeSpan.FromSeconds(1)));
            var again = Lease("b");
            await next.AcceptAsync(again, CancellationToken.None);
            await WaitUntil(bench, () => again.IsSettled && bench.Cluster.OpenFiles.Count == 0 && bench.Cluster.Files.ContainsKey("/out/FlumeData." + (HdfsBench.Start + 1)));
            await next.StopAsync(CancellationToken.None);
        });
        Assert.That(bench.Cluster.Files.Values.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "a\n", "b\n" }));
    }

    [Test]
    public void Files_on_another_file_system_are_left_alone()
    {
        using var bench = new HdfsBench();
        bench.Scheduler.Run(async () =>
        {
            var sink = bench.Sink(bench.Options());
            await sink.StartAsync(CancellationToken.None);
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            bench.Storage.Before = static (call, _) => throw new IOException($"No {call} any more.");
            await sink.StopAsync(new CancellationToken(canceled: true));
            bench.Storage.Before = null;
            var next = bench.Sink(Options(bench, CommitMode.File));
            await next.StartAsync(CancellationToken.None);
            await next.StopAsync(CancellationToken.None);
        });
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}.OWNER.tmp" }));
        bench.Run(bench.Options(), static _ => Task.CompletedTask);
        Assert.That(bench.Names(), Is.EqualTo(new[] { $"FlumeData.{HdfsBench.Start + 1}" }), "the next start there finishes it");
    }

    [Test]
    public void A_token_is_renewed_while_the_sink_runs()
    {
        using var bench = new HdfsBench();
        var options = new HdfsSinkOptions
        {
            Path = Out, DelegationToken = "t0ken", StateDirectory = bench.Folder["state"], FileType = HdfsFileType.DataStream,
            Serializer = ComponentChoice.Of(ComponentKind.Serializer, "lines", static _ => new LineSerializer()),
        };
        bench.Run(options, _ => bench.Wait(40 * 3600));
        var renewals = bench.Cluster.Addresses.Where(static uri => uri.Query.Contains("RENEWDELEGATIONTOKEN", StringComparison.Ordinal)).ToList();
        Assert.That(renewals, Has.Count.EqualTo(4), "at the start, and each time half of 24 hours is over");
        Assert.That(renewals, Has.All.Property(nameof(Uri.Query)).Contain("&token=t0ken").And.All.Property(nameof(Uri.Query)).Not.Contain("delegation="));
    }

    [Test]
    public void Authorities_that_cannot_be_read_stop_the_start_and_leave_nothing_locked()
    {
        using var bench = new HdfsBench();
        var file = bench.Folder.Write("ca.jks", "no PEM");
        HdfsSink Sink(string caFile) => new(
            new HdfsSinkOptions { Path = "swebhdfs://nn/out", CaFile = caFile, StateDirectory = bench.Folder["state"], FileType = HdfsFileType.DataStream },
            new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), NullLoggerFactory.Instance, bench.Scheduler.Runtime, new ServiceContainer()),
            bench.Storage,
            NullLogger<HdfsSink>.Instance);
        string Failure(string caFile) => Assert.Throws<IOException>(() => bench.Scheduler.Run(() => Sink(caFile).StartAsync(CancellationToken.None))).Message;
        Assert.That(Failure(file), Does.StartWith($"hdfs.caFile: '{file}' holds no certificate in PEM; 'keytool -exportcert"));
        Assert.That(Failure("/nowhere/ca.pem"), Does.StartWith("hdfs.caFile: '/nowhere/ca.pem' cannot be read: "));
        bench.Run(Options(bench, CommitMode.File), static _ => Task.CompletedTask);
    }

    [Test]
    public void Two_agents_in_one_folder_cannot_destroy_each_others_files([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        using var one = new HdfsBench();
        using var two = new HdfsBench();
        two.ShareClusterOf(one);
        foreach (var bench in new[] { one, two })
        {
            bench.Run(Options(bench, commit, count: 2), async sink =>
            {
                var lease = Lease("a", "b", "c");
                await sink.AcceptAsync(lease, CancellationToken.None);
                await sink.FlushAsync(CancellationToken.None);
                await WaitUntil(bench, () => lease.IsSettled);
                Assert.That(lease.Committed, Has.Length.EqualTo(3));
            });
        }

        Assert.That(one.Cluster.Files.Values.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "a\nb\n", "a\nb\n", "c\n", "c\n" }));
    }

    [Test]
    public async Task On_real_threads_every_event_is_settled_once([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        using var bench = new HdfsBench();
        var runtime = AgentRuntime.System;
        using var cluster = new ScriptedCluster(runtime.Time);
        var options = Options(bench, commit, count: 7, path: "/%{k}", maxOpen: 3);
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), NullLoggerFactory.Instance, runtime, new ServiceContainer());
        var sink = new HdfsSink(options, context, new LocalStorage(runtime), NullLogger<HdfsSink>.Instance) { NewHandler = _ => cluster };
        await sink.StartAsync(CancellationToken.None);
        var leases = Enumerable.Range(0, 100).Select(lease => new LentEvents(
        [
            .. Enumerable.Range(10 * lease, 10).Select(static number => FlumeEvent.FromText($"{number}", EventHeaders.Create(("k", $"{number * 7 % 5}")))),
        ])).ToList();
        foreach (var lease in leases)
        {
            await sink.AcceptAsync(lease, CancellationToken.None);
        }

        await sink.FlushAsync(CancellationToken.None);
        var begin = runtime.Time.GetTimestamp();
        while (!leases.TrueForAll(static lease => lease.IsSettled) && runtime.Time.GetElapsedTime(begin) < TimeSpan.FromSeconds(30))
        {
            await runtime.DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }

        Assert.That(leases.Sum(static lease => lease.Committed.Length), Is.EqualTo(1000));
        await sink.StopAsync(CancellationToken.None);
        Assert.That(cluster.Files.Values.SelectMany(static text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)), Is.Unique.And.Exactly(1000).Items);
        Assert.That(cluster.Files.Keys, Has.None.EndsWith(".tmp"));
    }

    private sealed class PickyLines : IEventSerializer
    {
        private readonly LineSerializer _lines = new();

        public bool SupportsReopen => true;

        public void Begin(System.Buffers.IBufferWriter<byte> output) => _lines.Begin(output);

        public void Write(System.Buffers.IBufferWriter<byte> output, FlumeEvent flumeEvent)
        {
            _lines.Write(output, flumeEvent);
            if (flumeEvent.ToString() == "poison")
            {
                throw new PoisonEventException("It is poison.", 0);
            }
        }

        public void Flush(System.Buffers.IBufferWriter<byte> output) => _lines.Flush(output);

        public void Finish(System.Buffers.IBufferWriter<byte> output) => _lines.Finish(output);
    }
}
