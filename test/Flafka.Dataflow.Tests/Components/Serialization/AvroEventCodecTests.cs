using System.Buffers;
using Flafka.Dataflow.Components.Serialization.Avro;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Serialization;

public class AvroEventCodecTests
{
    private readonly AvroEventDecoder _decoder = new();

    [TestCase("k", "v", "hello", "02026b0276000a68656c6c6f")]
    [TestCase(null, null, "", "0000")]
    [TestCase("kö", "", "x", "02066bc3b60000" + "0278")]
    public void Bytes_are_those_of_Flume_and_come_back_as_the_event(string? name, string? value, string body, string hex)
    {
        var flumeEvent = FlumeEvent.FromText(body, name is null ? null : EventHeaders.Create((name, value!)));
        var datum = AvroEventCodec.Encode(flumeEvent);
        Assert.That(Convert.ToHexStringLower(datum), Is.EqualTo(hex));
        var output = new ArrayBufferWriter<byte>();
        AvroEventCodec.Write(flumeEvent, output);
        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(datum));

        var back = _decoder.Decode(datum);
        Assert.That(back.ToString(), Is.EqualTo(body));
        Assert.That(back.Headers, Is.EqualTo(flumeEvent.Headers));
    }

    [Test]
    public void A_datum_of_the_Java_client_is_read_with_its_headers_in_order()
    {
        var datum = Convert.FromHexString("040e686561646572310c76616c7565310e686561646572320c76616c756532001868656c6c6f2c20776f726c64");
        var flumeEvent = _decoder.Decode(datum);
        Assert.That(flumeEvent.Headers.ToString(), Is.EqualTo("{header1=value1, header2=value2}"));
        Assert.That(flumeEvent.ToString(), Is.EqualTo("hello, world"));
    }

    [Test]
    public void A_block_with_its_size_and_bytes_behind_the_record_are_read() =>
        Assert.That(_decoder.Decode(Convert.FromHexString("0108026b0276000278ffff")).Headers.ToString(), Is.EqualTo("{k=v}"));

    [Test]
    public void Long_bodies_and_many_headers_come_back()
    {
        var headers = EventHeaders.Empty;
        for (var i = 0; i < 70; i++)
        {
            headers = headers.Set($"name{i}", new string('v', i));
        }

        var body = new byte[100_000];
        new Random(1).NextBytes(body);
        var back = _decoder.Decode(AvroEventCodec.Encode(new FlumeEvent(body, headers)));
        Assert.That(back.Body.ToArray(), Is.EqualTo(body));
        Assert.That(back.Headers, Is.EqualTo(headers));
    }

    [TestCase("")]
    [TestCase("ff")]
    [TestCase("ffffffffffffffffffffff01")]
    [TestCase("00")]
    [TestCase("000a6865")]
    [TestCase("0001")]
    [TestCase("0204ffff0000")]
    [TestCase("feffffff0f026b0276")]
    [TestCase("026b")]
    public void What_is_no_datum_is_refused_and_leaves_no_header_behind(string hex)
    {
        var headers = new EventHeadersBuilder();
        Assert.Throws<FormatException>(() => _decoder.Decode(Convert.FromHexString(hex), headers));
        Assert.That(headers.Count, Is.Zero);
    }

    [Test]
    public void Random_bytes_never_fail_otherwise()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            try
            {
                _decoder.Decode(bytes);
            }
            catch (FormatException)
            {
                // the only way to refuse
            }
        }
    }
}
