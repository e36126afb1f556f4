using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Storage.Formats.Parquet;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Parquet;

public class ParquetSerializerTests
{
    private static readonly EventHeaders Usual = EventHeaders.Create(("host", "web1"), ("timestamp", "1760000000123"), ("status", "404"), ("share", "0.25"), ("cached", "True"), ("other", "é"));

    private static readonly FlumeEvent[] Events =
    [
        FlumeEvent.FromText("first", Usual),
        FlumeEvent.FromText("", EventHeaders.Empty),
        FlumeEvent.FromText("third", EventHeaders.Create(("status", "99999999999"), ("timestamp", "soon"), ("host", ""), ("share", "much"), ("cached", "yes"))),
        new FlumeEvent(new byte[] { 0xFF, (byte)'x' }, EventHeaders.Empty.Set("timestamp", 5L).Set("status", 1L)),
    ];

    [Test]
    public void Rows_are_events_as_the_options_say()
    {
        using var folder = new TempFolder();
        var (plain, typed, all, none) = (Path.Join(folder.Path, "plain"), Path.Join(folder.Path, "typed"), Path.Join(folder.Path, "all"), Path.Join(folder.Path, "none"));
        Write(plain, new ParquetSerializerOptions());
        Write(typed, new ParquetSerializerOptions
        {
            Columns = ["host", "timestamp:timestamp", "status:int", "share:double", " cached : boolean"],
            Body = ParquetBody.String,
            Compression = ParquetCompression.Gzip,
        });
        Write(all, new ParquetSerializerOptions { Columns = ["timestamp:long"], Headers = ParquetHeaders.All });
        Write(none, new ParquetSerializerOptions { Columns = ["host:string"], Headers = ParquetHeaders.None });

        var rows = ForeignReaders.Read(new ForeignFile("duckdb", plain), new ForeignFile("duckdb", typed, "share"), new ForeignFile("hyparquet", all), new ForeignFile("duckdb", none));
        ForeignReaders.AssertEqual(rows[0], [.. Events.Select(one => new object?[] { one.Headers, one.Body.ToArray() })], "map and body");
        ForeignReaders.AssertEqual(
            rows[1],
            [
                ["web1", DateTimeOffset.FromUnixTimeMilliseconds(1760000000123), 404, 0.25, true, EventHeaders.Create(("other", "é")), "first"],
                [null, null, null, null, null, EventHeaders.Empty, ""],
                ["", null, null, null, null, EventHeaders.Create(("status", "99999999999"), ("timestamp", "soon"), ("share", "much"), ("cached", "yes")), "third"],
                [null, DateTimeOffset.FromUnixTimeMilliseconds(5), 1, null, null, EventHeaders.Empty, "\uFFFDx"],
            ],
            "columns");
        ForeignReaders.AssertEqual(
            rows[2], [.. Events.Select(one => new object?[] { one.Headers.TryGetInt64("timestamp", out var time) ? time : null, one.Headers, one.Body.ToArray() })], "all headers");
        ForeignReaders.AssertEqual(
            rows[3], [.. Events.Select(one => new object?[] { one.Headers.TryGet("host", out var host) ? host : null, one.Body.ToArray() })], "no other headers");
    }

    [TestCase("host:text", "names no type")]
    [TestCase(":int", "names no header")]
    [TestCase("body", "two columns 'body'")]
    [TestCase("headers:long", "two columns 'headers'")]
    public void Columns_that_cannot_be_are_found_before_the_start(string column, string why)
    {
        var options = new ParquetSerializerOptions { Columns = [column] };
        Assert.That(options.Validate(new ValidationContext(options)).Single().ErrorMessage, Does.Contain(why));
    }

    [Test]
    public void A_header_may_be_called_like_the_map_where_there_is_none()
    {
        var options = new ParquetSerializerOptions { Columns = ["headers"], Headers = ParquetHeaders.None };
        Assert.That(options.Validate(new ValidationContext(options)), Is.Empty);
    }

    private static void Write(string path, ParquetSerializerOptions options)
    {
        var output = new ArrayBufferWriter<byte>();
        var serializer = new ParquetSerializer(options);
        serializer.Begin(output);
        foreach (var one in Events)
        {
            serializer.Write(output, one);
            serializer.Flush(output);
        }

        serializer.Finish(output);
        File.WriteAllBytes(path, output.WrittenSpan);
    }
}
