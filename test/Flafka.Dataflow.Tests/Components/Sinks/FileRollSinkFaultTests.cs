using System.Buffers;
using System.Text;
using Flafka.Dataflow.Components.Sinks;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

/// <summary>What the <c>file_roll</c> sink makes of a disk that fails.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileRollSinkFaultTests : IDisposable
{
    private static readonly IOException Full = new("No space left on device");

    private readonly FileRollHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Test]
    public void A_torn_write_is_cut_off_so_that_the_retry_does_not_double_it()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        FailOn("write");
        Assert.That(
            () => _harness.Write(sink, "e1", "e2", "e3"),
            Throws.InstanceOf<DeliveryException>().With.Message.EqualTo($"Cannot write '{_harness.Folder[FileRollHarness.Stamp]}-1': No space left on device"));
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0" }));

        Repair();
        _harness.Write(sink, "e1", "e2", "e3");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1 e2 e3" }));
    }

    [Test]
    public void A_batch_that_failed_at_a_later_piece_leaves_nothing()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        var writes = 0;
        _harness.Disk.Fault = (operation, _) => operation == "write" && ++writes == 3 ? Full : null;
        Assert.That(() => _harness.Write(sink, [.. Enumerable.Repeat(new string('x', 99_999), 30)]), Throws.InstanceOf<DeliveryException>());
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0" }));
    }

    [Test]
    public void A_failed_sync_is_written_and_synced_again()
    {
        var sink = _harness.Started(FileRollSync.Commit);
        FailOn("sync");
        Assert.That(() => _harness.Write(sink, "e0"), Throws.InstanceOf<DeliveryException>());
        Repair();
        _harness.Write(sink, "e0");
        Assert.That(_harness.Disk.Journal.TakeLast(2).Select(entry => entry.Split(' ')[0]), Is.EqualTo(new[] { "write", "sync" }));
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0" }));
    }

    [Test]
    public void A_file_that_cannot_be_cut_back_is_cut_before_the_retry()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        FailOn("write", "setlength");
        Assert.That(() => _harness.Write(sink, "e1", "e2"), Throws.InstanceOf<DeliveryException>());
        Repair();
        _harness.Write(sink, "e1", "e2");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1 e2" }));
        Assert.That(_harness.Loggers.Texts, Is.Empty);
    }

    [Test]
    public void A_file_that_can_never_be_cut_back_is_left_for_the_next_one_with_a_warning()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        _harness.Disk.Fault = (operation, path) => path.EndsWith("-1", StringComparison.Ordinal) && operation is "write" or "setlength" ? Full : null;
        Assert.That(() => _harness.Write(sink, "e1", "e2"), Throws.InstanceOf<DeliveryException>());
        _harness.Write(sink, "e1", "e2");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1", "-2: e1 e2" }));
        Assert.That(_harness.Loggers.Texts.Single(), Does.Contain("-1 could not be closed in order. What was committed is in it"));
    }

    [Test]
    public void A_stop_after_a_failed_write_cuts_what_was_torn()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        FailOn("write", "setlength");
        Assert.That(() => _harness.Write(sink, "e1", "e2"), Throws.InstanceOf<DeliveryException>());
        Repair();
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0" }));
        Assert.That(_harness.Disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void A_full_disk_makes_no_row_of_empty_files()
    {
        var sink = _harness.Started();
        FailOn("write");
        for (var i = 0; i < 5; i++)
        {
            Assert.That(() => _harness.Write(sink, "e0"), Throws.InstanceOf<DeliveryException>());
            _harness.Advance(1);
        }

        Assert.That(_harness.Files.Count(), Is.EqualTo(1));
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.Empty);
    }

    [Test]
    public void A_file_that_cannot_be_made_is_named_in_the_failure_and_leaves_nothing_open()
    {
        var sink = _harness.Started(FileRollSync.Commit);
        foreach (var operation in new[] { "open", "syncdir" })
        {
            FailOn(operation);
            Assert.That(() => _harness.Write(sink, "e0"), Throws.InstanceOf<DeliveryException>().With.Message.StartsWith($"Cannot write '{_harness.Folder[FileRollHarness.Stamp]}-"));
            Assert.That(_harness.Files, Is.Empty);
            Assert.That(_harness.Disk.OpenFiles, Is.Zero);
        }

        Repair();
        _harness.Write(sink, "e0");
        Assert.That(_harness.Files.Single(), Does.EndWith(": e0"));
    }

    [Test]
    public void A_file_that_cannot_be_finished_costs_its_end_and_nothing_else()
    {
        _harness.Serializer = () => new FramedSerializer(supportsReopen: false);
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        _harness.Advance(1);
        _harness.Disk.Fault = (operation, path) => path.EndsWith("-1", StringComparison.Ordinal) && operation == "write" ? Full : null;
        _harness.Write(sink, "e1");
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: <e0,", "-2: <e1,>" }));
        Assert.That(_harness.Loggers.Texts.Single(), Does.Contain("-1 could not be closed in order"));
    }

    [Test]
    public void A_format_that_cannot_be_taken_up_again_goes_on_in_the_next_file()
    {
        _harness.Serializer = () => new FramedSerializer(supportsReopen: false);
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        FailOn("write");
        Assert.That(() => _harness.Write(sink, "e1", "e2"), Throws.InstanceOf<DeliveryException>());
        Repair();
        _harness.Write(sink, "e1", "e2");
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: <e0,", "-2: <e1,e2,>" }));
    }

    [Test]
    public void A_format_that_can_be_taken_up_again_goes_on_in_its_file([Values(true, false)] bool isFirstBatch)
    {
        _harness.Serializer = () => new FramedSerializer(supportsReopen: true);
        var sink = _harness.Started();
        if (!isFirstBatch)
        {
            _harness.Write(sink, "e0");
        }

        FailOn("write");
        Assert.That(() => _harness.Write(sink, "e1", "e2"), Throws.InstanceOf<DeliveryException>());
        Repair();
        _harness.Write(sink, "e1", "e2");
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.EqualTo(new[] { isFirstBatch ? "-1: <e1,e2,>" : "-1: <e0,e1,e2,>" }));
    }

    [Test]
    public void An_event_without_a_form_is_named_by_its_place_and_nothing_of_the_batch_stays()
    {
        _harness.Serializer = () => new FramedSerializer(supportsReopen: true);
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        Assert.That(
            () => _harness.Write(sink, "e1", "e2", "poison"),
            Throws.InstanceOf<PoisonEventException>().With.Property(nameof(PoisonEventException.Index)).EqualTo(2));
        _harness.Write(sink, "e3");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: <e0,e3," }));
    }

    [Test]
    public void An_abort_gives_the_batch_back_whole()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        Assert.That(
            () => _harness.Scheduler.Run(() => sink.WriteAsync([FlumeEvent.FromText("e1")], new CancellationToken(canceled: true))),
            Throws.InstanceOf<OperationCanceledException>());
        _harness.Write(sink, "e1");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1" }));
    }

    private void FailOn(params string[] operations) => _harness.Disk.Fault = (operation, _) => operations.Contains(operation) ? Full : null;

    private void Repair() => _harness.Disk.Fault = null;

    /// <summary>A format with a head and an end, that keeps events until it is flushed.</summary>
    private sealed class FramedSerializer(bool supportsReopen) : IEventSerializer
    {
        private readonly StringBuilder _kept = new();

        public bool SupportsReopen => supportsReopen;

        public void Begin(IBufferWriter<byte> output) => output.Write("<"u8);

        public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
        {
            if (flumeEvent.ToString() == "poison")
            {
                throw new PoisonEventException("It has no form.", 0);
            }

            _kept.Append(flumeEvent).Append(',');
        }

        public void Flush(IBufferWriter<byte> output)
        {
            output.Write(Encoding.UTF8.GetBytes(_kept.ToString()));
            _kept.Clear();
        }

        public void Finish(IBufferWriter<byte> output) => output.Write(">"u8);
    }
}
