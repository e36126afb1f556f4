using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class PropertiesParserTests
{
    [TestCase("a b=c", "a=b=c")]
    [TestCase("a:b:c", "a=b:c")]
    [TestCase(@"a\:b=c", "a:b=c")]
    [TestCase(@"a\ b=c", "a b=c")]
    [TestCase("a =  = b", "a== b")]
    [TestCase("a==b", "a==b")]
    [TestCase("a=x\\\n   y", "a=xy")]
    [TestCase("a=x\\\r\n   y", "a=xy")]
    [TestCase("a=x\\\\\n y=z", @"a=x\", "y=z")]
    [TestCase("a=x\\\n#y", "a=x#y")]
    [TestCase("a = v ## note", "a=v ## note")]
    [TestCase("\t\f a\t=\tv", "a=v")]
    [TestCase("a=v  \t ", "a=v")]
    [TestCase("a=x\\", "a=x")]
    [TestCase("# a=1\n! b=2\nc=3", "c=3")]
    [TestCase("# comment \\\na=1", "a=1")]
    [TestCase("a=1\rb=2\r\nc=3\n\n\nd=4", "a=1", "b=2", "c=3", "d=4")]
    [TestCase("a=x\\\n\nb=2", "a=x", "b=2")]
    [TestCase("\\\n#y=1", "#y=1")]
    [TestCase("\\\n\n#y=1\nb=2", "b=2")]
    public void Lines_split_as_in_Java(string text, params string[] expected) => Assert.That(Trees.Flat(Trees.Properties(text)), Is.EqualTo(expected));

    [TestCase(@"k=\d+\\d\t|\s", "d+\\d\t|s")]
    [TestCase(@"k=a\nb\rc\fd", "a\nb\rc\fd")]
    [TestCase(@"k=\b\0\q\""\\\=", "b0q\"\\=")]
    [TestCase(@"k=\u00e9\u0041x", "éAx")]
    [TestCase(@"k=\\u0041", @"\u0041")]
    [TestCase("k=é", "é")]
    [TestCase(@"k=\ a", "a")]
    public void Escapes_mean_what_they_mean_in_Java(string text, string expected) => Assert.That(Trees.Properties(text).Child("k")!.Value, Is.EqualTo(expected));

    [TestCase("a")]
    [TestCase("a=")]
    [TestCase("a=   ")]
    [TestCase(@"a=\t")]
    [TestCase(@"a = \ \t")]
    public void An_empty_value_counts_as_not_given_and_is_a_warning(string text)
    {
        var bag = new DiagnosticBag();
        var root = Trees.Properties(text, bag);
        Assert.That(root.Children, Is.Empty);
        Assert.That(Trees.Codes(bag), Is.EqualTo(new[] { "FLK1007" }));
        Assert.That(bag.HasErrors, Is.False);
    }

    [Test]
    public void A_line_without_a_key_is_an_error()
    {
        var bag = new DiagnosticBag();
        Trees.Properties("x=1\n  =v", bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith("agent.conf(2,3): error FLK1008: the line has a value but no key"));
    }

    [Test]
    public void A_malformed_unicode_escape_is_reported_at_its_place()
    {
        var bag = new DiagnosticBag();
        Trees.Properties("a.b = ok\na.c = x\\u12g4", bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith("agent.conf(2,8): error FLK1001: '\\u' is not followed by four hexadecimal digits"));
    }

    [Test]
    public void A_no_break_space_around_a_key_or_a_value_is_read_as_a_blank_with_one_warning()
    {
        var bag = new DiagnosticBag();
        var root = Trees.Properties("a.b = 1\na.sources\u00a0\u00a0= r1\n\u3000a.c = x\u00a0y\u200b", bag);
        Assert.That(Trees.Flat(root), Is.EqualTo(new[] { "a.b=1", "a.sources=r1", "a.c=x\u00a0y" }));
        Assert.That(
            DiagnosticRenderer.Render(bag.Items),
            Does.StartWith("agent.conf(2,11): warning FLK1018: a.sources: the invisible character U+00A0 (no-break space) stands where a blank belongs, here and on 1 more line; it is read as one\n"));
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_first_key() => Assert.That(Trees.Flat(Trees.Properties("\uFEFFa=1")), Is.EqualTo(new[] { "a=1" }));

    [Test]
    public void A_node_may_have_a_value_and_children()
    {
        var root = Trees.Properties("a.kafka.topics = t\na.kafka.topics.regex = r");
        Assert.That(root.Find("a.kafka.topics")!.Value, Is.EqualTo("t"));
        Assert.That(root.Find("a.kafka.topics.regex")!.Value, Is.EqualTo("r"));
    }

    [Test]
    public void Keys_keep_their_case_and_the_order_of_the_text()
    {
        var root = Trees.Properties("a.z=1\na.b=2\na.B=3\na.z2=4");
        Assert.That(Trees.Flat(root), Is.EqualTo(new[] { "a.z=1", "a.b=2", "a.B=3", "a.z2=4" }));
    }

    [Test]
    public void Agent_family_and_name_are_trimmed_but_a_header_value_is_not()
    {
        var root = Trees.Properties(@"a1.sources.r1\ .selector.mapping.\ x = c1");
        Assert.That(Trees.Flat(root), Is.EqualTo(new[] { "a1.sources.r1.selector.mapping. x=c1" }));
    }

    [Test]
    public void Key_and_value_know_their_place_over_continuation_lines_and_escapes()
    {
        var root = Trees.Properties("# x\n\na1.sou\\\n   rces.r\\u0031.po\\rt = \\\n    44\\\n 5\n");
        var port = root.Find("a1.sources.r1.po\rt")!;
        Assert.That(root.Find("a1")!.Span, Is.EqualTo(new SourceSpan("agent.conf", 3, 1)));
        Assert.That(root.Find("a1.sources")!.Span, Is.EqualTo(new SourceSpan("agent.conf", 3, 4)));
        Assert.That(root.Find("a1.sources.r1")!.Span, Is.EqualTo(new SourceSpan("agent.conf", 4, 9)));
        Assert.That(port.Span, Is.EqualTo(new SourceSpan("agent.conf", 4, 17)));
        Assert.That(port.ValueSpan, Is.EqualTo(new SourceSpan("agent.conf", 5, 5)));
        Assert.That(port.Value, Is.EqualTo("445"));
    }

    [Test]
    public void The_last_of_two_different_values_wins_and_is_an_error()
    {
        var bag = new DiagnosticBag();
        var root = Trees.Properties("a.b = 1\na.b = 2", bag);
        Assert.That(root.Find("a.b")!.Value, Is.EqualTo("2"));
        Assert.That(
            DiagnosticRenderer.Render(bag.Items),
            Is.EqualTo("agent.conf(2,3): error FLK1004: a.b: the key is given twice with different values\n    Remove one of the two; the other stands at agent.conf(1,7).\n"));
    }

    [Test]
    public void Two_equal_values_are_a_warning()
    {
        var bag = new DiagnosticBag();
        Trees.Properties("a.b = 1\na.b=1", bag);
        Assert.That(Trees.Codes(bag), Is.EqualTo(new[] { "FLK1005" }));
        Assert.That(bag.HasErrors, Is.False);
    }

    [Test]
    public void A_key_of_a_hundred_thousand_dots_is_read_without_harm()
    {
        var key = string.Concat(Enumerable.Repeat("a.", 100_000)) + "b";
        var root = Trees.Properties(key + "=1");
        Assert.That(root.Leaves().Single().Path, Is.EqualTo(key));
    }
}
