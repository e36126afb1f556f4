using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class JsonParserTests
{
    private const string Properties = """
        a1.sources = r1 r2
        a1.sources.r1.type = http
        a1.sources.r1.channels = c1 c2
        a1.sources.r1.interceptors = i1 i2
        a1.sources.r1.interceptors.i1.type = host
        a1.sources.r1.interceptors.i2.type = static
        a1.sources.r1.selector.mapping.US = c1
        a1.sources.r1.selector.mapping.us = c2
        a1.sources.r2.type = seq
        a1.sources.r2.kafka.consumer.max.poll.records = 5
        """;

    private const string Json = """
        // comments and trailing commas are fine
        {
          "a1": {
            "sources": {
              "r1": {
                "type": "http",
                "channels": ["c1", "c2"],
                "interceptors": [ { "type": "host", "name": "i1" }, { "name": "i2", "type": "static" } ],
                "selector": { "mapping": { "US": "c1", "us": "c2" } },
              },
              /* same tree */
              "r2": { "type": "seq", "kafka.consumer": { "max.poll.records": 5 } },
            },
          },
        }
        """;

    [Test]
    public void Both_formats_give_the_same_tree() => Assert.That(Trees.Flat(Trees.Json(Json)), Is.EqualTo(Trees.Flat(Trees.Properties(Properties))));

    [Test]
    public void An_ordered_object_of_interceptors_is_a_list_too()
    {
        var node = Trees.Json("""{ "a": { "sources": { "r": { "interceptors": { "z": { "type": "host" }, "b": { "type": "host" } } } } } }""").Find("a.sources.r.interceptors")!;
        Assert.That(node.Value, Is.EqualTo("z b"));
        Assert.That(node.Items, Is.EqualTo(new[] { "z", "b" }));
    }

    [Test]
    public void Names_in_an_array_keep_their_blanks() =>
        Assert.That(Trees.Json("""{ "a": { "dirs": ["/x y", "/z"] } }""").Find("a.dirs")!.Items, Is.EqualTo(new[] { "/x y", "/z" }));

    [TestCase("5", "5")]
    [TestCase("-1.50", "-1.50")]
    [TestCase("true", "true")]
    [TestCase("\"\\u00e9\\t\"", "é\t")]
    public void Scalars_become_text_as_written(string json, string expected) => Assert.That(Trees.Json($$"""{ "a": { "b": {{json}} } }""").Find("a.b")!.Value, Is.EqualTo(expected));

    [Test]
    public void Null_counts_as_not_given() => Assert.That(Trees.Json("""{ "a": { "b": null } }""").Children, Is.Empty);

    [Test]
    public void An_empty_text_counts_as_not_given_and_is_a_warning()
    {
        var bag = new DiagnosticBag();
        Assert.That(Trees.Json("""{ "a": { "b": "" } }""", bag).Children, Is.Empty);
        Assert.That(Trees.Codes(bag), Is.EqualTo(new[] { "FLK1007" }));
    }

    [Test]
    public void Keys_and_values_know_their_place()
    {
        var root = Trees.Json("{\n  \"é1\": {\n    \"sinks.k1\": { \"ty\\u0070e\": \"x\",\n \"batchSize\": 7 } } }");
        Assert.That(root.Find("é1")!.Span, Is.EqualTo(new SourceSpan("agent.json", 2, 4)));
        Assert.That(root.Find("é1.sinks.k1")!.Span, Is.EqualTo(new SourceSpan("agent.json", 3, 12)));
        Assert.That(root.Find("é1.sinks.k1.type")!.ValueSpan, Is.EqualTo(new SourceSpan("agent.json", 3, 33)));
        Assert.That(root.Find("é1.sinks.k1.batchSize")!.Span, Is.EqualTo(new SourceSpan("agent.json", 4, 3)));
        Assert.That(root.Find("é1.sinks.k1.batchSize")!.ValueSpan, Is.EqualTo(new SourceSpan("agent.json", 4, 15)));
    }

    [Test]
    public void A_column_behind_other_letters_counts_letters_and_not_bytes() =>
        Assert.That(Trees.Json("{ \"a\": { \"ü\": \"éé\", \"k\": 1 } }").Find("a.k")!.Span.Column, Is.EqualTo(22));

    [TestCase("{ \"a\": ", "(1,8): error FLK1002")]
    [TestCase("{\n \"a\" 1 }", "(2,6): error FLK1002")]
    [TestCase("", "(1,1): error FLK1002")]
    [TestCase("{ \"a\": { \"b\": \"\\ud800\" } }", "error FLK1002")]
    [TestCase("[]", "(1,1): error FLK1003")]
    [TestCase("{ \"a\": { \"b\": [[1]] } }", "(1,16): error FLK1003: a.b")]
    public void Broken_text_is_one_error_with_a_place(string text, string expected)
    {
        var bag = new DiagnosticBag();
        Trees.Json(text, bag);
        Assert.That(bag.Items.Count(item => item.Severity == DiagnosticSeverity.Error), Is.EqualTo(1));
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.Contain(expected));
    }

    [Test]
    public void Agents_are_found_inside_appsettings()
    {
        var root = Trees.Json("""
            {
              "Logging": { "LogLevel": { "Default": "" }, "x": [ { "no": "name" } ] },
              "flafka": { "Other": 1, "agents": { "a1": { "sinks": { "k1": { "type": "null" } } } } },
              "More": ""
            }
            """);
        Assert.That(Trees.Flat(root), Is.EqualTo(new[] { "a1.sinks=k1", "a1.sinks.k1.type=null" }));
    }

    [Test]
    public void A_schema_reference_is_no_agent() => Assert.That(Trees.Json("""{ "$schema": "x.json", "a": { "b": 1 } }""").Children, Has.Length.EqualTo(1));

    [Test]
    public void Different_values_of_one_key_are_an_error_over_nesting_too()
    {
        var bag = new DiagnosticBag();
        Trees.Json("""{ "a": { "b.c": 1, "b": { "c": 2 } } }""", bag);
        Assert.That(Trees.Codes(bag), Is.EqualTo(new[] { "FLK1004" }));
    }
}
