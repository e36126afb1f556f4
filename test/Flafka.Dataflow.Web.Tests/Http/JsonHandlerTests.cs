using System.Collections.Immutable;
using System.Text;
using NUnit.Framework;

namespace Flafka.Dataflow.Web.Tests.Http;

public class JsonHandlerTests
{
    [TestCase("""[{"headers":{"a":"b"},"body":"random_body"},{"headers":{"e":"f"},"body":"random_body2"}]""", "{a=b} random_body|{e=f} random_body2")]
    [TestCase("""[{"headers":{"a":"b"}},{"headers":{"e":"f"},"body":"rand\"om_body2"}]""", "{a=b} |{e=f} rand\"om_body2")]
    [TestCase("[]", "")]
    [TestCase("[{}]", "{} ")]
    [TestCase("""[{"body":null,"headers":null}]""", "{} ")]
    [TestCase("""[{"headers":{"a":1,"b":1.50,"c":true,"d":null},"body":123}]""", "{a=1, b=1.50, c=true} 123")]
    [TestCase("""[{"body":"<html>&</html>"}]""", "{} <html>&</html>")]
    [TestCase("""[{"body":"a","body":"b"}]""", "{} b")]
    [TestCase("""[{"headers":[["k","v"]],"body":"x"}]""", "{k=v} x")]
    [TestCase("""[{"Body":"a"}]""", "{} ")]
    public void Golden_documents_become_events(string document, string expected) => Assert.That(Texts(Read(document)), Is.EqualTo(expected));

    [TestCase("""[{'body':'it\'s'}]""", "{} it's")]
    [TestCase("[{body:text}]", "{} text")]
    [TestCase("[{body=text;headers={a=>b}};{body:2}]", "{a=b} text|{} 2")]
    [TestCase("# first\n[ // second\n{ /* third */ \"body\" : \"x\" } ]\n", "{} x")]
    [TestCase("""[{"more":[{"a":[1,{}]},null,[]],"body":"x","x":{}}]""", "{} x")]
    [TestCase("""[{"body":TRUE}]""", "{} true")]
    [TestCase("""[{"body":NULL}]""", "{} ")]
    [TestCase("""[{"body":"\u00e9\uD83D\uDE00\n\t\/\ud800"}]""", "{} é😀\n\t/?")]
    [TestCase("\uFEFF[{\"body\":\"x\"}]", "{} x")]
    [TestCase("""[{"headers":{},"body":"x"}]""", "{} x")]
    [TestCase("""[{"headers":{"a":null,"a":"b"}}]""", "{a=b} ")]
    public void The_leniency_of_Flumes_parser_is_kept(string document, string expected) => Assert.That(Texts(Read(document)), Is.EqualTo(expected));

    [TestCase("""{"body":"x"}""")]
    [TestCase("{}")]
    [TestCase("""[{"body":{"x":1}}]""")]
    [TestCase("""[{"headers":{"a":[1]}}]""")]
    [TestCase("[1]")]
    [TestCase("[[]]")]
    [TestCase("""[{"headers":{"a":"b","a":"c"}}]""")]
    [TestCase("""[{"headers":[["a","b"],["a","c"]]}]""")]
    [TestCase("""[{"a": "b",["d":"e"],"body":"x"}]""")]
    [TestCase("not json")]
    [TestCase("""[{"body":"a"}""")]
    [TestCase("""[{"body":"a""")]
    [TestCase("""[{"body":"a\""")]
    [TestCase("""[{"body":"a"}] more""")]
    [TestCase("""[{"body":"a"}][]""")]
    [TestCase("""[{"body":"a",}]""")]
    [TestCase("""[{"body" "a"}]""")]
    [TestCase("""[{"body":"\q"}]""")]
    [TestCase("""[{"body":"\u12"}]""")]
    [TestCase("""[{"body":"\u12g4"}]""")]
    [TestCase("""[{"headers":[["a"]]}]""")]
    [TestCase("""[{"headers":[["a","b","c"]]}]""")]
    [TestCase("[/* ]")]
    [TestCase("[{\"body\":]}]")]
    [TestCase("""[null,{"body":[]}]""")]
    public void Malformed_documents_are_bad_requests(string document) => Assert.That(() => Read(document), Throws.TypeOf<BadRequestException>());

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("null")]
    [TestCase("[null]")]
    [TestCase("""[{"body":"a"},]""")]
    [TestCase("[,]")]
    public void A_null_is_a_failure_but_no_bad_request(string document) => Assert.That(() => Read(document), Throws.InvalidOperationException);

    [Test]
    public void A_document_nested_too_deeply_is_refused_without_harm() =>
        Assert.That(() => Read($"[{{\"x\":{new string('[', 100_000)}"), Throws.TypeOf<BadRequestException>());

    [TestCase("application/json; charset=utf-16", "utf-16BE", "FEFF007200E9")]
    [TestCase("application/json; charset=UTF-16", "utf-16", "FEFF007200E9")]
    [TestCase("application/json; charset=utf-32", "utf-32BE", "00000072000000E9")]
    [TestCase("text/plain; charset=\"Utf-8\"", "utf-8", "72C3A9")]
    [TestCase("application/json", "utf-8", "72C3A9")]
    public void Bodies_are_written_in_the_charset_of_the_request(string contentType, string encoding, string expected)
    {
        var form = Encoding.GetEncoding(encoding);
        byte[] document = [.. encoding == "utf-16" ? form.Preamble : default, .. form.GetBytes("""[{"headers":{"é":"ü"},"body":"ré"},{"body":""}]""")];
        var events = new JsonHandler().Read(new HttpHandlerRequest(document, contentType, string.Empty));
        Assert.That(Convert.ToHexString(events[0].Body.Span), Is.EqualTo(expected));
        Assert.That(events[0].Headers.ToString(), Is.EqualTo("{é=ü}"));
        Assert.That(events[1].Body.Length, Is.Zero);
    }

    [TestCase("text/plain", "C3A9", "C3A9")]
    [TestCase(null, "C3A9", "C3A9")]
    [TestCase("text/plain", "E9", "C3A9")]
    [TestCase("application/json", "E9", "EFBFBD")]
    public void Without_a_charset_it_is_utf_8_and_for_other_types_than_json_Latin_1_when_it_cannot_be_utf_8(string? contentType, string sent, string expected)
    {
        byte[] document = [.. "[{\"body\":\""u8, .. Convert.FromHexString(sent), .. "\"}]"u8];
        var events = new JsonHandler().Read(new HttpHandlerRequest(document, contentType, string.Empty));
        Assert.That(Convert.ToHexString(events[0].Body.Span), Is.EqualTo(expected));
    }

    [TestCase("application/json; charset=ISO-8859-1")]
    [TestCase("application/json; charset=utf-16le")]
    [TestCase("application/json; charset=klingon")]
    public void Other_charsets_are_a_failure(string contentType) => Assert.That(
        () => new JsonHandler().Read(new HttpHandlerRequest("[]"u8.ToArray(), contentType, string.Empty)),
        Throws.TypeOf<NotSupportedException>().With.Message.Contains("UTF-8, UTF-16 or UTF-32"));

    [Test]
    public void Events_do_not_share_memory_with_the_request()
    {
        var document = Encoding.UTF8.GetBytes("""[{"headers":{"a":"b"},"body":"text"}]""");
        var events = new JsonHandler().Read(new HttpHandlerRequest(document, null, string.Empty));
        document.AsSpan().Clear();
        Assert.That(Texts(events), Is.EqualTo("{a=b} text"));
    }

    [Test]
    public void Equal_headers_are_shared_and_large_and_small_bodies_keep_apart()
    {
        var bodies = Enumerable.Range(0, 2_000).Select(n => new string((char)('a' + (n % 26)), n % 100 == 0 ? 40_000 : n % 300)).ToArray();
        var document = "[" + string.Join(',', bodies.Select((body, n) => $$"""{"headers":{"host":"h{{n / 1000}}"},"body":"{{body}}"}""")) + "]";
        var events = Read(document);
        Assert.That(events.Select(e => e.ToString()), Is.EqualTo(bodies));
        Assert.That(events[0].Headers, Is.SameAs(events[999].Headers));
        Assert.That(events[1000].Headers.ToString(), Is.EqualTo("{host=h1}"));
    }

    private static ImmutableArray<FlumeEvent> Read(string document) =>
        new JsonHandler().Read(new HttpHandlerRequest(Encoding.UTF8.GetBytes(document), "application/json", string.Empty));

    private static string Texts(ImmutableArray<FlumeEvent> events) => string.Join('|', events.Select(e => $"{e.Headers} {e}"));
}
