using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Flafka.Dataflow.Storage.Formats.Avro;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats.Avro;

public class AvroDatumSerializerTests
{
    private const string Schema = """{"type":"record","name":"R","fields":[{"name":"n","type":"long"},{"name":"s","type":"string"}]}""";

    private static readonly byte[] Datum = [2, 4, (byte)'h', (byte)'i']; // 1, "hi"

    [Test]
    public void The_first_event_says_which_schema_by_url_then_by_literal_then_the_configured_one_does()
    {
        using var folder = new TempFolder();
        var (schema, other) = (Path.Join(folder.Path, "r.avsc"), Path.Join(folder.Path, "other 1.avsc"));
        File.WriteAllText(schema, Schema);
        File.WriteAllText(other, "\"bytes\"");
        var literal = EventHeaders.Create((AvroDatumSerializer.LiteralHeader, Schema));
        Assert.Multiple(() =>
        {
            Assert.That(SchemaOf(literal, null), Is.EqualTo(Schema));
            Assert.That(SchemaOf(literal, other), Is.EqualTo(Schema));
            Assert.That(SchemaOf(literal.Set(AvroDatumSerializer.UrlHeader, other), null), Is.EqualTo("\"bytes\""));
            Assert.That(SchemaOf(EventHeaders.Create((AvroDatumSerializer.UrlHeader, new Uri(other).AbsoluteUri)), schema), Is.EqualTo("\"bytes\""));
            Assert.That(SchemaOf(EventHeaders.Empty, schema), Is.EqualTo(Schema));
        });
    }

    [Test]
    public void An_event_without_a_schema_is_refused()
    {
        var refused = Assert.Throws<PoisonEventException>(() => Write(null, EventHeaders.Empty));
        Assert.That(refused!.Message, Does.Contain("flume.avro.schema.url").And.Contain("schemaURL"));
    }

    [TestCase("http://example.org/r.avsc", "from files on this machine")]
    [TestCase("hdfs://node/r.avsc", "from files on this machine")]
    [TestCase("file://server/r.avsc", "from files on this machine")]
    public void A_schema_from_elsewhere_is_refused(string url, string why)
    {
        var refused = Assert.Throws<PoisonEventException>(() => Write(null, EventHeaders.Create((AvroDatumSerializer.UrlHeader, url))));
        Assert.That(refused!.Message, Does.Contain(why));
        var options = new AvroDatumSerializerOptions { SchemaUrl = url };
        Assert.That(options.Validate(new ValidationContext(options)).Single().ErrorMessage, Does.Contain(why));
    }

    [Test]
    public void A_file_that_is_no_schema_is_refused_and_a_missing_one_is_tried_again()
    {
        using var folder = new TempFolder();
        var path = Path.Join(folder.Path, "r.avsc");
        var headers = EventHeaders.Create((AvroDatumSerializer.UrlHeader, path));
        Assert.Throws<DeliveryException>(() => Write(null, headers));
        File.WriteAllText(path, "");
        Assert.Throws<PoisonEventException>(() => Write(null, headers));
        File.WriteAllText(path, "root:x:0:0");
        Assert.Throws<PoisonEventException>(() => Write(null, headers));
        File.WriteAllText(path, "\"" + new string('x', 1 << 20) + "\"");
        Assert.That(Assert.Throws<PoisonEventException>(() => Write(null, headers))!.Message, Does.Contain("too many"));
    }

    [Test]
    public void An_event_of_another_schema_is_refused_and_one_of_the_same_by_another_name_is_not()
    {
        using var folder = new TempFolder();
        var path = Path.Join(folder.Path, "r.avsc");
        File.WriteAllText(path, Schema);
        var serializer = new AvroDatumSerializer(new AvroDatumSerializerOptions { SchemaUrl = path });
        var file = new ArrayBufferWriter<byte>();
        serializer.Flush(file); // Flume: fails
        serializer.Write(file, new FlumeEvent(Datum));
        serializer.Write(file, new FlumeEvent(Datum, EventHeaders.Create((AvroDatumSerializer.LiteralHeader, Schema))));
        Assert.Throws<PoisonEventException>(() => serializer.Write(file, new FlumeEvent(Datum, EventHeaders.Create((AvroDatumSerializer.LiteralHeader, "\"int\"")))));
        serializer.Flush(file);
        var written = Encoding.Latin1.GetString(file.WrittenSpan);
        Assert.That(written, Does.Contain(Encoding.Latin1.GetString([4, 16, .. Datum, .. Datum])));
    }

    [Test]
    public void A_foreign_reader_reads_the_data()
    {
        using var folder = new TempFolder();
        var files = new List<ForeignFile>();
        foreach (var codec in Enum.GetValues<AvroCodec>())
        {
            var path = Path.Join(folder.Path, $"{codec}.avro");
            File.WriteAllBytes(path, Write(codec, EventHeaders.Create((AvroDatumSerializer.LiteralHeader, Schema))));
            files.Add(new ForeignFile("avsc", path));
        }

        foreach (var rows in ForeignReaders.Read(files))
        {
            ForeignReaders.AssertEqual(rows, [[1L, "hi"], [1L, "hi"]], "datum");
        }
    }

    [Test, Category("RealHdfs")]
    public void Hadoop_reads_the_data()
    {
        using var folder = new TempFolder();
        var files = new List<string>();
        foreach (var codec in Enum.GetValues<AvroCodec>())
        {
            files.Add(Path.Join(folder.Path, $"{codec}.avro"));
            File.WriteAllBytes(files[^1], Write(codec, EventHeaders.Create((AvroDatumSerializer.LiteralHeader, Schema))));
        }

        Assert.That(Programs.HadoopText(files), Is.EqualTo(string.Concat(Enumerable.Repeat("""{"n":1,"s":"hi"}""" + "\n", 6))));
    }

    private static byte[] Write(AvroCodec? codec, EventHeaders headers, string? schemaUrl = null)
    {
        var serializer = new AvroDatumSerializer(new AvroDatumSerializerOptions { Codec = codec ?? AvroCodec.Null, SchemaUrl = schemaUrl });
        var file = new ArrayBufferWriter<byte>();
        serializer.Begin(file);
        serializer.Write(file, new FlumeEvent(Datum, headers));
        serializer.Flush(file);
        serializer.Write(file, new FlumeEvent(Datum, headers));
        serializer.Flush(file);
        serializer.Finish(file);
        return file.WrittenSpan.ToArray();
    }

    // The head is: magic, 2 entries, the name avro.schema, the length of the schema, the schema.
    private static string SchemaOf(EventHeaders headers, string? schemaUrl)
    {
        var text = Encoding.Latin1.GetString(Write(null, headers, schemaUrl));
        return text[(text.IndexOf("avro.schema", StringComparison.Ordinal) + 11)..text.IndexOf("\u0014avro.codec", StringComparison.Ordinal)].TrimStart((char)0xBE, (char)1, (char)0x0E);
    }
}
