using System.Globalization;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

/// <summary>Every byte of a small channel is damaged, one at a time; each start must go on, and name what is missing.</summary>
public class FileChannelDamageTests
{
    private const string Data = "/d/data";
    private const string CheckpointFile = "/d/checkpoint/checkpoint.flafka";

    [Test]
    public void Whichever_byte_is_flipped_the_start_goes_on_and_only_the_record_is_missing_and_named([Values] bool hasCheckpoint)
    {
        var whole = Written(hasCheckpoint);
        var everything = Recover(whole.Crash(null));
        Assert.That(everything.Found, Is.EqualTo(Enumerable.Range(2, 28)));
        Assert.That(everything.Named, Is.Empty);
        var segments = Segments(whole);
        Assert.That(segments, Has.Count.EqualTo(3));
        foreach (var (path, records) in segments)
        {
            var content = whole[path];
            for (var at = 0; at < content.Length; at++)
            {
                var hit = records.Find(record => record.From <= at && at < record.To);
                var lost = hit.Header is { Kind: RecordKind.Put } put ? everything.Found.Where(number => put.First <= number && number < put.End).ToArray() : [];
                var (found, named) = Recover(Flipped(whole, path, at));
                var message = $"byte {at} of {path}, {hit}; {string.Join("; ", named)}";

                // What a damaged record had taken away comes back.
                var back = hit.Header is { Kind: RecordKind.Consumed } ? found.Except(everything.Found).ToArray() : [];
                Assert.That(found, Is.Ordered.Ascending.And.Unique, message);
                Assert.That(found.Except(back), Is.EqualTo(everything.Found.Except(lost)), message);
                if (hasCheckpoint && lost.Length == 0)
                {
                    continue; // neither needed nor read
                }

                // At the end of the last segment it looks like what a crash left, and is told as that, unless the checkpoint knows better.
                var isTail = !hasCheckpoint && path == segments[^1].Path && hit == records[^1];
                var expected = isTail ? $"'{path}', from {hit.From} on"
                    : at < RecordFormat.SegmentHeaderSize ? $"bytes 0 to 32 of '{path}' are damaged. 0 events"
                    : $"bytes {hit.From} to {hit.To} of '{path}' are damaged. {lost.Length} events";
                Assert.That(named, Has.One.Items.And.One.Contains(expected), message);
            }
        }
    }

    [Test]
    public void Wherever_the_last_segment_ends_the_start_goes_on_with_what_is_whole([Values] bool hasCheckpoint)
    {
        var whole = Written(hasCheckpoint);
        var everything = Recover(whole.Crash(null)).Found;
        var (path, records) = Segments(whole)[^1];
        for (var length = 0; length < whole[path].Length; length++)
        {
            var lost = records.Where(record => record.To > length && record.Header.Kind == RecordKind.Put).SelectMany(record => Range(record.Header)).Intersect(everything).ToArray();
            var disk = whole.Crash(null);
            disk[path] = disk[path][..length];
            var (found, named) = Recover(disk);
            var message = $"{length} bytes of {path}; {string.Join("; ", named)}";
            Assert.That(found, Is.EqualTo(everything.Except(lost)), message);
            if (hasCheckpoint && lost.Length > 0)
            {
                Assert.That(named, Has.One.Contains($"bytes {length} to {whole[path].Length} of '{path}' are damaged. {lost.Length} events"), message);
            }
            else if (records.Find(record => record.From < length && length < record.To) is { To: > 0 } torn)
            {
                Assert.That(named, Has.One.Contains($"'{path}', from {torn.From} on"), message);
            }
        }
    }

    [Test]
    public void Whichever_byte_of_the_checkpoint_is_flipped_nothing_is_missing()
    {
        var whole = Written(hasCheckpoint: true);
        for (var at = 0; at < whole[CheckpointFile].Length; at++)
        {
            var (found, named) = Recover(Flipped(whole, CheckpointFile, at));
            Assert.That(found, Is.EqualTo(Enumerable.Range(2, 28)), $"byte {at}");
            Assert.That(named, Is.Empty, $"byte {at}");
        }
    }

    private static SimulatedStorage Flipped(SimulatedStorage whole, string path, int at)
    {
        var disk = whole.Crash(null);
        var content = (byte[])disk[path].Clone();
        content[at] ^= (byte)(1 << (at % 8));
        disk[path] = content;
        return disk;
    }

    private static IEnumerable<int> Range(RecordHeader header) => Enumerable.Range((int)header.First, header.Count);

    // Thirty events in three segments, the first two committed.
    private static SimulatedStorage Written(bool hasCheckpoint)
    {
        var disk = new SimulatedStorage();
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var channel = New(disk, scheduler.Runtime, new RecordingLoggers());
            await channel.StartAsync(CancellationToken.None);
            for (var number = 0; number < 30; number += 2)
            {
                var stored = new TaskCompletionSource();
                var events = Enumerable.Range(number, 2).Select(n => FlumeEvent.FromText(n.ToString(CultureInfo.InvariantCulture).PadRight(30, 'x')));
                var batch = new EventBatch([.. events], Receipt.Create(_ => stored.SetResult())) { SettleWhenStored = true };
                Assert.That(await channel.PutAsync(batch, PutMode.Wait, CancellationToken.None), Is.True);
                await stored.Task;
                if (number == 2)
                {
                    var leases = Connect(channel, scheduler, maxEvents: 2);
                    await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                    Assert.That(leases[0].TryBegin(), Is.True);
                    leases[0].Feed!.OnBegun(leases[0]);
                    leases[0].Commit();
                    await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
                }
            }

            if (hasCheckpoint)
            {
                await channel.StopAsync(CancellationToken.None);
            }
        });
        Assert.That(disk.Files.Contains(CheckpointFile), Is.EqualTo(hasCheckpoint));
        return disk.Crash(null);
    }

    private static List<(string Path, List<(long From, long To, RecordHeader Header)> Records)> Segments(SimulatedStorage disk)
    {
        var segments = new List<(string Path, List<(long From, long To, RecordHeader Header)> Records)>();
        foreach (var path in disk.Files.Where(file => Segment.NumberOf(file) is not null))
        {
            var (content, records) = (disk[path], new List<(long From, long To, RecordHeader Header)>());
            for (var at = RecordFormat.SegmentHeaderSize; at < content.Length;)
            {
                Assert.That(RecordFormat.TryReadHeader(content.AsSpan(at), Segment.NumberOf(path)!.Value, out var header), Is.True);
                var end = at + RecordFormat.HeaderSize + header.Length;
                records.Add((at, end, header));
                at = end;
            }

            segments.Add((path, records));
        }

        return segments;
    }

    private static (List<int> Found, List<string> Named) Recover(SimulatedStorage disk)
    {
        var scheduler = new SimulatedScheduler(1);
        var loggers = new RecordingLoggers();
        var found = new List<int>();
        scheduler.Run(async () =>
        {
            var channel = New(disk, scheduler.Runtime, loggers);
            await channel.StartAsync(CancellationToken.None);
            var leases = Connect(channel, scheduler, maxEvents: 100);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            found.AddRange(leases.SelectMany(lease => lease.Events).Select(flumeEvent => int.Parse(flumeEvent.ToString().TrimEnd('x'), CultureInfo.InvariantCulture)));
            Assert.That(channel.Statistics.Events, Is.EqualTo(found.Count), string.Join("; ", loggers.Texts));
        });
        return (found, [.. loggers.Entries.Where(entry => entry.Id.Id is EventIds.FileSegmentSetAside or EventIds.FileTailCut).Select(entry => entry.Text)]);
    }

    private static List<Lease> Connect(FileChannel channel, SimulatedScheduler scheduler, int maxEvents)
    {
        var leases = new List<Lease>();
        channel.Connect(new ActionBlock<Lease>(leases.Add, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler }), new FeedOptions(maxEvents, Window: maxEvents == 2 ? 1 : 100));
        return leases;
    }

    private static FileChannel New(SimulatedStorage disk, AgentRuntime runtime, RecordingLoggers loggers)
    {
        var options = new FileChannelOptions { Capacity = 100, TransactionCapacity = 100, DataDirs = [Data], CheckpointDir = "/d/checkpoint" };
        var id = new ComponentId("a1", ComponentKind.Channel, "c1");
        return new FileChannel(options, disk, new ComponentContext(id, loggers, runtime, new NoServices()), loggers.For<FileChannel>())
        {
            Settings = options.Settings(id) with { MaxSegmentSize = 800 },
        };
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
