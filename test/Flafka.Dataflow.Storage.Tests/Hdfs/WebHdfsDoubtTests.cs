using System.Buffers;
using Flafka.Dataflow.Storage.Hdfs;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>Whether something was done cannot be told, or somebody asks while it is under way: nothing is missing, doubled or left behind.</summary>
public class WebHdfsDoubtTests
{
    private const string Out = ScriptedCluster.Root + "/out";

    private static LentEvents Lease(params string[] bodies) => new(HdfsBench.Events(bodies));

    private static HdfsSinkOptions Options(HdfsBench bench, CommitMode commit, double callTimeout = 30, Func<IEventSerializer>? serializer = null) =>
        bench.Options(commit: commit, root: Out, retry: 1, callTimeout: callTimeout, serializer: serializer);

    private static async Task DeliverAsync(HdfsBench bench, HdfsSink sink, LentEvents lease)
    {
        await sink.AcceptAsync(lease, CancellationToken.None);
        await sink.FlushAsync(CancellationToken.None);
        await bench.Settled(lease);
    }

    // On real threads: in the simulation time stands still while the cluster works.
    [Test]
    public async Task A_stop_waits_for_the_append_that_is_under_way()
    {
        using var bench = new HdfsBench();
        var time = new ManualTimeProvider();
        using var cluster = new ScriptedCluster(time);
        var sink = HdfsBench.Sink(Options(bench, CommitMode.Batch), new AgentRuntime(time, TaskScheduler.Default), cluster);
        var (first, second) = (Lease("a"), Lease("b"));
        await sink.StartAsync(CancellationToken.None);
        await sink.AcceptAsync(first, CancellationToken.None);
        SpinWait.SpinUntil(() => first.IsSettled, TimeSpan.FromMinutes(1));
        var stopped = new TaskCompletionSource<Task>();
        cluster.BeforeData = () =>
        {
            cluster.BeforeData = null;
            stopped.SetResult(sink.StopAsync(CancellationToken.None));
            return Task.CompletedTask;
        };
        await sink.AcceptAsync(second, CancellationToken.None);
        await (await stopped.Task).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.That((first.Committed.Length, second.Committed.Length), Is.EqualTo((1, 1)));
        Assert.That(cluster.Files.Values, Is.EqualTo(new[] { "a\nb\n" }), "what is committed is there");
        Assert.That(cluster.Files.Keys, Has.None.EndsWith(".tmp"));
    }

    [Test]
    public void An_append_that_is_refused_behind_its_data_is_not_sent_twice()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.Batch), async sink =>
        {
            await DeliverAsync(bench, sink, Lease("a"));
            var refusals = 0;
            bench.Cluster.Fault = (operation, _) => operation == "data APPEND" && refusals++ == 0 ? new Fault("EOFException", IsDone: true) : null;
            var second = Lease("b");
            await DeliverAsync(bench, sink, second);
            Assert.That(second.Returned, Has.Length.EqualTo(1));
            await DeliverAsync(bench, sink, Lease("b"));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\n", "b\n" }), "the first one is cut to what was acknowledged");
    }

    [Test]
    public void A_file_that_was_made_although_its_making_failed_is_deleted()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File), async sink =>
        {
            var refusals = 0;
            bench.Cluster.Fault = (operation, _) => operation == "data CREATE" && refusals++ == 0 ? new Fault("EOFException", Bytes: 0) : null;
            var lease = Lease("a", "b");
            await DeliverAsync(bench, sink, lease);
            await DeliverAsync(bench, sink, Lease([.. lease.Returned.Select(static flumeEvent => flumeEvent.ToString())]));
        });
        Assert.That(bench.Cluster.Files.Values, Is.EqualTo(new[] { "a\nb\n" }));
        Assert.That(bench.Cluster.Files.Keys, Has.None.EndsWith(".tmp"));
    }

    [Test]
    public void On_the_local_disk_a_file_whose_name_could_not_be_synced_is_deleted()
    {
        using var bench = new HdfsBench();
        var failures = 0;
        bench.Storage.Before = (call, path) =>
        {
            if (call == "syncdir" && path == bench.Output && failures++ == 0)
            {
                throw new IOException("Input/output error");
            }
        };
        bench.Run(bench.Options(sync: SyncMode.Commit), async sink =>
        {
            var first = sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
            Assert.That(await Join.WithinAsync(bench.Scheduler.Runtime, first, TimeSpan.FromMinutes(1), CancellationToken.None) && first.IsFaulted, Is.True);
            await sink.WriteAsync(HdfsBench.Events("a"), CancellationToken.None);
        });
        Assert.That(bench.Contents(), Is.EqualTo(new[] { "a\n" }));
        Assert.That(bench.Names(), Has.None.Contains(".tmp"));
    }

    [Test]
    public void A_name_that_was_taken_does_not_hide_that_the_next_one_was_given()
    {
        using var bench = new HdfsBench();
        bench.Cluster.Put($"/out/FlumeData.{HdfsBench.Start + 1}", "of somebody else");
        var renames = 0;
        var isDown = false;
        bench.Cluster.Fault = (operation, _) =>
        {
            if (operation == "RENAME" && ++renames == 2)
            {
                isDown = true;
                return Fault.AnswerLost;
            }

            return isDown ? Fault.Refused : null;
        };
        var lease = Lease("a", "b");
        bench.Run(Options(bench, CommitMode.File, callTimeout: 5), async sink =>
        {
            await sink.AcceptAsync(lease, CancellationToken.None);
            await sink.FlushAsync(CancellationToken.None);
            await bench.Wait(20);
            isDown = false;
            await bench.Settled(lease);
        });
        Assert.That((lease.Committed.Length, lease.Returned.Length), Is.EqualTo((2, 0)));
        Assert.That(bench.Cluster.Files.Values, Is.EquivalentTo(new[] { "of somebody else", "a\nb\n" }));
    }

    [Test]
    public void A_poison_event_leaves_no_empty_file_at_each_try()
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, CommitMode.File, serializer: static () => new FailingLines(new PoisonEventException("It is bad.", 0))), async sink =>
        {
            var lease = Lease("bad", "a");
            await DeliverAsync(bench, sink, lease);
            Assert.That(lease.Returned, Has.Length.EqualTo(2));
        });
        Assert.That(bench.Cluster.Files, Is.Empty);
    }

    [Test]
    public void A_serializer_that_fails_gives_back_what_it_has_taken([Values(CommitMode.File, CommitMode.Batch)] CommitMode commit)
    {
        using var bench = new HdfsBench();
        bench.Run(Options(bench, commit, serializer: static () => new FailingLines(new InvalidOperationException("It is bad."))), async sink =>
        {
            var lease = Lease("a", "b", "bad", "c");
            await DeliverAsync(bench, sink, lease);
            Assert.That(lease.Returned, Has.Length.EqualTo(4));
        });
        Assert.That(bench.Cluster.Files, Is.Empty);
    }

    private sealed class FailingLines(Exception failure) : IEventSerializer
    {
        private readonly LineSerializer _lines = new();

        public bool SupportsReopen => true;

        public void Begin(IBufferWriter<byte> output) => _lines.Begin(output);

        public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
        {
            _lines.Write(output, flumeEvent);
            if (flumeEvent.ToString() == "bad")
            {
                throw failure;
            }
        }

        public void Flush(IBufferWriter<byte> output) => _lines.Flush(output);

        public void Finish(IBufferWriter<byte> output) => _lines.Finish(output);
    }
}
