using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Sinks;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FileRollSinkTests : IDisposable
{
    private readonly FileRollHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Test]
    public void Rolls_when_there_is_something_to_write_after_the_interval()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        _harness.Advance(0.7);
        _harness.Write(sink, "e1");
        _harness.Advance(0.7);
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1" }));

        // Flume has an empty file -2 by now.
        _harness.Advance(0.7);
        _harness.Write(sink, "e3");
        _harness.Advance(0.7);
        _harness.Write(sink, "e4");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1", "-2: e3 e4" }));
    }

    [Test]
    public void An_idle_sink_makes_no_file()
    {
        var sink = _harness.Started();
        _harness.Advance(100);
        Assert.That(_harness.Files, Is.Empty);
        _harness.Stop(sink);
        Assert.That(_harness.Files, Is.Empty);
    }

    [Test]
    public void A_first_file_after_a_long_silence_is_not_rolled_at_once()
    {
        var sink = _harness.Started();
        _harness.Advance(10.5);
        _harness.Write(sink, "e0");
        _harness.Write(sink, "e1");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1" }));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void An_interval_of_zero_or_less_never_rolls(int seconds)
    {
        var sink = _harness.Create(new FileRollSinkOptions { Directory = _harness.Folder.Path, RollInterval = TimeSpan.FromSeconds(seconds), Serializer = _harness.Choice });
        _harness.Start(sink);
        _harness.Write(sink, "e0");
        _harness.Advance(TimeSpan.FromDays(100).TotalSeconds);
        _harness.Write(sink, "e1");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0 e1" }));
    }

    [Test]
    public void Rolltime_names_files_by_their_second_and_numbers_within()
    {
        var sink = _harness.Create(new FileRollSinkOptions
        {
            Directory = _harness.Folder.Path, RollInterval = TimeSpan.FromMilliseconds(500), Serializer = _harness.Choice,
            PathManager = "rollTime", Prefix = "app-", Extension = "log",
        });
        _harness.Start(sink);
        foreach (var body in new[] { "0.0", "0.6", "1.2", "1.8" })
        {
            _harness.Write(sink, body);
            _harness.Advance(0.6);
        }

        Assert.That(_harness.Files, Is.EqualTo(new[]
        {
            "app-20260101000000-1.log: 0.0", "app-20260101000000-2.log: 0.6", "app-20260101000001-1.log: 1.2", "app-20260101000001-2.log: 1.8",
        }));
    }

    [Test]
    public void Existing_files_are_never_written_to([Values("DEFAULT", "ROLLTIME")] string manager)
    {
        var stamp = manager == "DEFAULT" ? FileRollHarness.Stamp : "20260101000000";
        _harness.Folder.Write($"{stamp}-1.txt", "theirs 1");
        _harness.Folder.Write($"{stamp}-2.txt", "theirs 2");
        var sink = _harness.Create(new FileRollSinkOptions { Directory = _harness.Folder.Path, Serializer = _harness.Choice, PathManager = manager, Extension = "txt" });
        _harness.Start(sink);
        _harness.Write(sink, "ours");
        Assert.That(_harness.Files.Select(file => file.Replace(stamp, "", StringComparison.Ordinal)), Is.EqualTo(new[] { "-1.txt: theirs 1", "-2.txt: theirs 2", "-3.txt: ours" }));
    }

    [Test]
    public void Numbers_go_on_after_a_stop_and_a_start()
    {
        var sink = _harness.Started();
        _harness.Write(sink, "e0");
        _harness.Stop(sink);
        _harness.Advance(5);
        _harness.Start(sink);
        _harness.Write(sink, "e1");
        Assert.That(_harness.Files, Is.EqualTo(new[] { "-1: e0", "-2: e1" }));
        Assert.That(_harness.Disk.OpenFiles, Is.EqualTo(1));
        _harness.Stop(sink);
        Assert.That(_harness.Disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void A_batch_is_one_write_and_a_large_one_goes_in_pieces_of_a_mebibyte()
    {
        var sink = _harness.Started();
        _harness.Write(sink, [.. Enumerable.Range(0, 1000).Select(n => $"{n}")]);
        Assert.That(_harness.Disk.Writes, Has.Count.EqualTo(1));

        _harness.Disk.Writes.Clear();
        var body = new string('x', 99_999);
        _harness.Write(sink, [.. Enumerable.Repeat(body, 30)]);
        Assert.That(_harness.Disk.Writes, Is.EqualTo(new[] { 1_100_000, 1_100_000, 800_000 }));
    }

    [Test]
    public void Nothing_is_synced_by_default() => Assert.That(Journal(FileRollSync.None).Where(entry => entry.StartsWith("sync", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Sync_commit_syncs_the_name_once_and_every_batch() => Assert.That(
        Journal(FileRollSync.Commit).Where(entry => !entry.StartsWith("find", StringComparison.Ordinal)).Select(entry => entry.Split(' ')[0]),
        Is.EqualTo(new[] { "open", "syncdir", "write", "sync", "write", "sync", "close" }));

    [Test]
    public void The_directory_must_exist()
    {
        var sink = _harness.Create(new FileRollSinkOptions { Directory = _harness.Folder["missing"], Serializer = _harness.Choice });
        Assert.That(
            () => _harness.Start(sink),
            Throws.InstanceOf<DeliveryException>().With.Message.EqualTo($"The directory '{_harness.Folder["missing"]}' of sink.directory does not exist; create it."));

        Directory.CreateDirectory(_harness.Folder["missing"]);
        _harness.Start(sink);
        Assert.That(Directory.EnumerateFileSystemEntries(_harness.Folder["missing"]), Is.Empty);
    }

    [Test]
    public void The_directory_must_be_one()
    {
        var path = _harness.Folder.Write("file", "");
        Assert.That(
            () => _harness.Start(_harness.Create(new FileRollSinkOptions { Directory = path, Serializer = _harness.Choice })),
            Throws.InstanceOf<DeliveryException>().With.Message.EqualTo($"'{path}' of sink.directory is not a directory."));
    }

    [Test]
    public void The_directory_must_be_writable()
    {
        _harness.Disk.Fault = (operation, path) => operation == "open" ? new UnauthorizedAccessException("Access to the path is denied.") : null;
        Assert.That(
            () => _harness.Started(),
            Throws.InstanceOf<DeliveryException>().With.Message.EqualTo(
                $"Cannot write into the directory '{_harness.Folder.Path}' of sink.directory: Access to the path is denied."));
        Assert.That(_harness.Disk.OpenFiles, Is.Zero);
    }

    [TestCase("DEFAULT", true)]
    [TestCase("rolltime", true)]
    [TestCase("org.apache.flume.formatter.output.DefaultPathManager$Builder", true)]
    [TestCase("org.apache.flume.formatter.output.RollTimePathManager$Builder", true)]
    [TestCase("org.example.Other", false)]
    public void Path_managers_are_known_by_alias_and_class(string name, bool isKnown)
    {
        var options = new FileRollSinkOptions { PathManager = name };
        Assert.That(
            options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage),
            Is.EqualTo(isKnown ? [] : new[] { "'org.example.Other' is neither DEFAULT nor ROLLTIME" }));
        Assert.That(options.IsNamedByTime, Is.EqualTo(name.Contains("roll", StringComparison.OrdinalIgnoreCase)));
    }

    [Test]
    public void Its_options_tell_where_committed_events_are()
    {
        Assert.That(new FileRollSinkOptions().CommitPoint, Is.EqualTo(CommitPoint.OperatingSystem));
        Assert.That(new FileRollSinkOptions { Sync = FileRollSync.Commit }.CommitPoint, Is.EqualTo(CommitPoint.Disk));
        Assert.That(new FileRollSinkOptions().BatchSize, Is.EqualTo(100));
    }

    private List<string> Journal(FileRollSync sync)
    {
        var sink = _harness.Started(sync);
        var before = _harness.Disk.Journal.Count();
        _harness.Write(sink, "e0");
        _harness.Write(sink, "e1");
        _harness.Stop(sink);
        return [.. _harness.Disk.Journal.Skip(before)];
    }
}
