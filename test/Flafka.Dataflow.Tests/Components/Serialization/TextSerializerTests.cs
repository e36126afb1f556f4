using System.Buffers;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Serialization;

public class TextSerializerTests
{
    private static readonly EventHeaders TwoHeaders = EventHeaders.Create(("header1", "value1"), ("header2", "value2"));

    [Test]
    public void Text_writes_bodies_as_they_are_and_a_line_feed()
    {
        var bytes = Written(new TextSerializer(new TextSerializerOptions()), new FlumeEvent("a\n"u8.ToArray()), new FlumeEvent(default), new FlumeEvent("b"u8.ToArray()));
        Assert.That(bytes, Is.EqualTo(new byte[] { 0x61, 0x0a, 0x0a, 0x0a, 0x62, 0x0a }));
    }

    [Test]
    public void Text_without_line_feeds_joins_the_bodies()
    {
        var bytes = Written(
            new TextSerializer(new TextSerializerOptions { AppendNewline = false }), FlumeEvent.FromText("event 1"), new FlumeEvent(default), FlumeEvent.FromText("e2"));
        Assert.That(bytes, Is.EqualTo("event 1e2"u8.ToArray()));
    }

    [Test]
    public void Header_and_text_prints_headers_as_flume_does()
    {
        var text = Encoding.UTF8.GetString(Written(
            new HeaderAndTextSerializer(new TextSerializerOptions()), FlumeEvent.FromText("event 1", TwoHeaders), FlumeEvent.FromText("e2", TwoHeaders)));
        Assert.That(text, Is.EqualTo("{header2=value2, header1=value1} event 1\n{header2=value2, header1=value1} e2\n"));
    }

    [Test]
    public void Header_and_text_without_headers_and_line_feeds()
    {
        var text = Encoding.UTF8.GetString(Written(
            new HeaderAndTextSerializer(new TextSerializerOptions { AppendNewline = false }), FlumeEvent.FromText("event 1"), FlumeEvent.FromText("e2")));
        Assert.That(text, Is.EqualTo("{} event 1{} e2"));
    }

    [Test]
    public void Header_and_text_tells_headers_of_neighbours_apart_and_writes_utf8()
    {
        var text = Encoding.UTF8.GetString(Written(
            new HeaderAndTextSerializer(new TextSerializerOptions()),
            FlumeEvent.FromText("1", EventHeaders.Create(("é", "€"))), FlumeEvent.FromText("2"), FlumeEvent.FromText("3", EventHeaders.Empty.Set("n", 7L))));
        Assert.That(text, Is.EqualTo("{é=€} 1\n{} 2\n{n=7} 3\n"));
    }

    [TestCase("timestamp host file key topic datacenter type severity", "severity file host topic datacenter type key timestamp")]
    [TestCase("Facility Severity priority host timestamp", "host Severity Facility priority timestamp")]
    public void Header_order_is_that_of_a_java_map(string set, string printed)
    {
        var headers = EventHeaders.Create([.. set.Split(' ').Select(name => (name, "x"))]);
        var text = Encoding.UTF8.GetString(Written(new HeaderAndTextSerializer(new TextSerializerOptions { AppendNewline = false }), FlumeEvent.FromText("", headers)));
        Assert.That(text, Is.EqualTo("{" + string.Join(", ", printed.Split(' ').Select(name => name + "=x")) + "} "));
    }

    [Test]
    public void Many_headers_are_all_printed_once()
    {
        var headers = EventHeaders.Create([.. Enumerable.Range(0, 100).Select(n => ($"h{n}", $"{n}"))]);
        var text = Encoding.UTF8.GetString(Written(new HeaderAndTextSerializer(new TextSerializerOptions { AppendNewline = false }), FlumeEvent.FromText("", headers)));
        Assert.That(text.Trim(' ', '{', '}').Split(", "), Is.EquivalentTo(Enumerable.Range(0, 100).Select(n => $"h{n}={n}")));
    }

    [Test]
    public void Events_with_shared_headers_cost_no_allocation([Values] bool withHeaders)
    {
        IEventSerializer serializer = withHeaders ? new HeaderAndTextSerializer(new TextSerializerOptions()) : new TextSerializer(new TextSerializerOptions());
        var output = new ArrayBufferWriter<byte>(1 << 16);
        var flumeEvent = FlumeEvent.FromText("event", TwoHeaders);
        serializer.Write(output, flumeEvent);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            serializer.Write(output, flumeEvent);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Files_of_text_can_be_continued_and_have_no_head_or_tail()
    {
        foreach (var serializer in new IEventSerializer[] { new TextSerializer(new TextSerializerOptions()), new HeaderAndTextSerializer(new TextSerializerOptions()) })
        {
            Assert.That(serializer.SupportsReopen, Is.True);
            Assert.That(Written(serializer), Is.Empty);
        }
    }

    private static byte[] Written(IEventSerializer serializer, params FlumeEvent[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        serializer.Begin(output);
        foreach (var flumeEvent in events)
        {
            serializer.Write(output, flumeEvent);
        }

        serializer.Flush(output);
        serializer.Finish(output);
        return output.WrittenSpan.ToArray();
    }
}
