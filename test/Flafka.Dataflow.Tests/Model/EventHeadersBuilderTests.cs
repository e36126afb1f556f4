using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Model;

public class EventHeadersBuilderTests
{
    [Test]
    public void Headers_are_those_set_one_by_one_and_the_builder_is_empty_again()
    {
        var builder = new EventHeadersBuilder();
        builder.Set("topic", "t");
        builder.Set("offset", 42);
        builder.SetUtf8("key", "kö"u8.ToArray());
        builder.Set("topic", "u");
        for (var i = 0; i < 10; i++)
        {
            builder.Set($"h{i}", i);
        }

        Assert.That(builder.Contains("key"));
        var headers = builder.Build();
        Assert.That(headers.ToString(), Does.StartWith("{topic=u, offset=42, key=kö, h0=0, h1=1"));
        Assert.That(headers.Count, Is.EqualTo(13));
        Assert.That(headers.TryGetInt64("offset", out var offset) && offset == 42);
        Assert.That(builder.Count, Is.Zero);
        Assert.That(builder.Build(), Is.SameAs(EventHeaders.Empty));
    }
}
