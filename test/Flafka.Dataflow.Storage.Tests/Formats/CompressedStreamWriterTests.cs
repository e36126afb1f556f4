using System.Buffers;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Storage.Codecs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Tests.Codecs;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats;

public class CompressedStreamWriterTests
{
    [Test]
    public void Nothing_of_an_event_without_a_form_is_written()
    {
        var writer = new CompressedStreamWriter(new Half(), CompressionCodec.Gzip);
        var output = new WriteBuffer();
        writer.Begin(output);
        writer.Write(output, FlumeEvent.FromText("one\n"));
        Assert.That(() => writer.Write(output, FlumeEvent.FromText("poison")), Throws.TypeOf<PoisonEventException>());
        writer.Write(output, FlumeEvent.FromText("two\n"));
        writer.Flush(output);
        writer.Finish(output);
        Assert.That(Encoding.UTF8.GetString(Unpack.All(CompressionCodec.Gzip, output.Written.ToArray())), Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public void Events_that_nobody_flushes_are_compressed_a_mebibyte_at_a_time()
    {
        var writer = new CompressedStreamWriter(new TextSerializer(new TextSerializerOptions()), CompressionCodec.Snappy);
        var output = new WriteBuffer();
        writer.Begin(output);
        var grown = new List<int>();
        for (var i = 0; i < 25; i++)
        {
            var before = output.Count;
            writer.Write(output, FlumeEvent.FromText(new string('x', 100_000)));
            if (output.Count > before)
            {
                grown.Add(i);
            }
        }

        Assert.That(grown, Is.EqualTo(new[] { 10, 21 }));
        writer.Finish(output);
        Assert.That(Unpack.All(CompressionCodec.Snappy, output.Written.ToArray()), Has.Length.EqualTo(25 * 100_001));
    }

    [Test]
    public void A_flush_without_events_writes_nothing()
    {
        var writer = new CompressedStreamWriter(new TextSerializer(new TextSerializerOptions()), CompressionCodec.BZip2);
        var output = new WriteBuffer();
        writer.Begin(output);
        writer.Flush(output);
        writer.Finish(output);
        Assert.That(output.Count, Is.Zero);
    }

    // Writes before it finds out.
    private sealed class Half : IEventSerializer
    {
        public bool SupportsReopen => true;

        public void Begin(IBufferWriter<byte> output)
        {
        }

        public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
        {
            output.Write(flumeEvent.Body.Span);
            if (flumeEvent.Body.Span.SequenceEqual("poison"u8))
            {
                throw new PoisonEventException("This body has no form.", 0);
            }
        }

        public void Flush(IBufferWriter<byte> output)
        {
        }

        public void Finish(IBufferWriter<byte> output)
        {
        }
    }
}
