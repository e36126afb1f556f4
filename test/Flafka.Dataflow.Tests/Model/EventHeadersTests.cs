using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Model;

public class EventHeadersTests
{
    [Test]
    public void Headers_keep_their_order_are_case_sensitive_and_never_change()
    {
        var first = EventHeaders.Empty.Set("b", "1").Set("a", "2").Set("A", "3");
        var second = first.Set("b", "4").Remove("a");
        Assert.That(first.ToString(), Is.EqualTo("{b=1, a=2, A=3}"));
        Assert.That(second.ToString(), Is.EqualTo("{b=4, A=3}"));
        Assert.That(second.Remove("none"), Is.SameAs(second));
        Assert.That(first.TryGet("c", out _), Is.False);
        Assert.That(EventHeaders.Empty.Count, Is.Zero);
    }

    [Test]
    public void Numbers_and_bytes_read_as_text_and_numbers_as_numbers()
    {
        var headers = EventHeaders.Empty.Set("timestamp", 1234567890123L).SetUtf8("name", "käse"u8.ToArray()).Set("n", "-7").Set("t", "x");
        Assert.That(headers.TryGetInt64("timestamp", out var number) && number == 1234567890123L, Is.True);
        Assert.That(headers.TryGet("timestamp", out var text) && text == "1234567890123", Is.True);
        Assert.That(headers.TryGetInt64("timestamp", out number) && number == 1234567890123L, Is.True);
        Assert.That(headers.TryGet("name", out text) && text == "käse", Is.True);
        Assert.That(headers.TryGetInt64("n", out number) && number == -7, Is.True);
        Assert.That(headers.TryGetInt64("t", out _) || headers.TryGetInt64("none", out _), Is.False);
    }
}
