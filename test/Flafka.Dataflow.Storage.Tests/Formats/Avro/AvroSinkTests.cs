using System.Collections.Immutable;
using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.Storage.Formats.Avro;
using Flafka.Dataflow.Storage.Tests.Hdfs;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Avro;

/// <summary>Containers that sinks write on a disk that fails, read by somebody else.</summary>
public class AvroSinkTests
{
    private static readonly EventHeaders Numbers = EventHeaders.Create((AvroDatumSerializer.LiteralHeader, "\"long\""));
    private static readonly EventHeaders Texts = EventHeaders.Create((AvroDatumSerializer.LiteralHeader, "\"string\""));

    [Test]
    public void The_hdfs_sink_writes_every_event_once_on_a_disk_that_fails()
    {
        using var bench = new HdfsBench();
        var options = bench.Options(count: 50, serializer: () => new AvroEventSerializer(new AvroSerializerOptions { Codec = AvroCodec.Snappy, SyncIntervalBytes = 100 }));
        var expected = new List<string>();
        bench.Run(options, sink => WriteAsync(sink, bench.Storage, expected));
        AssertRead(bench.Files(), expected);
    }

    [Test]
    public void The_file_roll_sink_writes_every_event_once_on_a_disk_that_fails()
    {
        using var bench = new HdfsBench();
        Directory.CreateDirectory(bench.Output);
        var expected = new List<string>();
        bench.Scheduler.Run(async () =>
        {
            var sink = new FileRollSink(
                new FileRollSinkOptions
                {
                    Directory = bench.Output,
                    RollInterval = TimeSpan.Zero,
                    Serializer = ComponentChoice.Of(ComponentKind.Serializer, "avro_event", _ => new AvroEventSerializer(new AvroSerializerOptions { SyncIntervalBytes = 100 })),
                },
                new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), NullLoggerFactory.Instance, bench.Scheduler.Runtime, new NoServices()),
                bench.Storage,
                NullLogger<FileRollSink>.Instance);
            await sink.StartAsync(CancellationToken.None);
            await WriteAsync(sink, bench.Storage, expected);
            await sink.StopAsync(CancellationToken.None);
        });
        AssertRead(bench.Files(), expected);
    }

    [Test]
    public void An_event_of_another_schema_ends_the_file_and_goes_into_the_next_one()
    {
        using var bench = new HdfsBench();
        var options = bench.Options(serializer: static () => new AvroDatumSerializer(new AvroDatumSerializerOptions()));
        bench.Run(options, async sink =>
        {
            await sink.WriteAsync([Number(1), Number(2)], CancellationToken.None);
            Assert.ThrowsAsync<PoisonEventException>(() => sink.WriteAsync([Number(3), Text()], CancellationToken.None));
            await sink.WriteAsync([Number(3)], CancellationToken.None);
            Assert.ThrowsAsync<PoisonEventException>(() => sink.WriteAsync([Text()], CancellationToken.None));
            await sink.WriteAsync([Text()], CancellationToken.None);
        });
        var rows = ForeignReaders.Read([.. bench.Files().Select(path => new ForeignFile("avsc", path))]);
        Assert.That(rows.Select(row => row.ToJsonString()), Is.EqualTo(new[] { "[[\"1\"],[\"2\"]]", "[[\"3\"]]", "[[\"=hi\"]]" }));
    }

    private static FlumeEvent Number(byte value) => new(new byte[] { (byte)(2 * value) }, Numbers);

    private static FlumeEvent Text() => new(new byte[] { 4, (byte)'h', (byte)'i' }, Texts);

    // Every third write fails, after some bytes; the batch comes again.
    private static async Task WriteAsync(ISink sink, ScriptedDisk disk, List<string> expected)
    {
        var random = new Random(3);
        disk.TearsAt = path => path.Contains("state", StringComparison.Ordinal) || random.Next(3) > 0 ? null : random.Next(300);
        for (var batch = 0; batch < 40; batch++)
        {
            ImmutableArray<FlumeEvent> events = [.. Enumerable.Range(0, 1 + random.Next(20)).Select(i => FlumeEvent.FromText($"event {batch}.{i}"))];
            expected.AddRange(events.Select(one => "=" + one));
            while (events.Length > 0)
            {
                try
                {
                    await sink.WriteAsync(events, CancellationToken.None);
                    events = [];
                }
                catch (PartialDeliveryException partial)
                {
                    events = [.. partial.FailedIndexes.Select(index => events[index])];
                }
                catch (DeliveryException)
                {
                    // all of them again
                }
            }
        }

        disk.TearsAt = null;
    }

    private static void AssertRead(IReadOnlyList<string> files, List<string> expected)
    {
        var rows = ForeignReaders.Read([.. files.Select(path => new ForeignFile("avsc", path))]);
        var bodies = rows.SelectMany(row => row).Select(row => "=" + System.Text.Encoding.UTF8.GetString(Convert.FromHexString(row![1]!.GetValue<string>())));
        Assert.That(files, Has.Count.GreaterThan(3));
        Assert.That(bodies.Order(StringComparer.Ordinal), Is.EqualTo(expected.Order(StringComparer.Ordinal)));
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
