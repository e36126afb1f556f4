using NUnit.Framework;

namespace Flafka.Dataflow.Web.Tests.Http;

public class HttpSourceOptionsTests
{
    private static readonly ComponentRegistry Registry = ComponentRegistry.Scan(typeof(ComponentRegistry).Assembly, typeof(HttpSource).Assembly);

    [Test]
    public void A_fresh_object_has_the_documented_defaults()
    {
        var options = new HttpSourceOptions();
        Assert.That((options.Bind, options.MaxRequestBytes, options.Handler.TypeName, options.Ssl), Is.EqualTo(("127.0.0.1", 33_554_432, "json", false)));
        Assert.That(new HttpSourceOptions { Bind = "0.0.0.0", Port = 80 }.Resources, Is.EqualTo(new[] { "tcp:0.0.0.0:80" }));
    }

    [TestCase("http", "json")]
    [TestCase("org.apache.flume.source.http.HTTPSource", "org.apache.flume.source.http.JSONHandler")]
    public void Alias_and_Java_class_mean_the_source_and_its_handler(string source, string handler)
    {
        Assert.That(Registry.TryGet(ComponentKind.Source, source, out var found), Is.True);
        Assert.That(found!.Implementation, Is.EqualTo(typeof(HttpSource)));
        Assert.That(Registry.TryGet(ComponentKind.HttpHandler, handler, out found), Is.True);
        Assert.That(found!.Implementation, Is.EqualTo(typeof(JsonHandler)));
    }

    [TestCase("ssl = true", "agent.conf(6,21): error FLK2009: a1.sources.r1.ssl: TLS is not in this version; let a proxy in front of this source end TLS, keep bind on an address that only the proxy reaches, and set ssl = false\n")]
    [TestCase("ssl = false", "")]
    [TestCase("keystore = /k", "agent.conf(6,15): info FLK5002: a1.sources.r1.keystore: has no meaning here: TLS is not in this version\n")]
    [TestCase("QueuedThreadPool.maxThreads = 5", "agent.conf(6,32): info FLK5002: a1.sources.r1.QueuedThreadPool: has no meaning here: it sets up the Java server that Flume uses\n")]
    [TestCase("port = 70000", "agent.conf(6,22): error FLK2005: a1.sources.r1.port: '70000' is out of range: it must be 0 to 65535\n")]
    public void Options_are_checked(string line, string expected)
    {
        var text = $"""
            a1.sources = r1
            a1.channels = c1
            a1.channels.c1.type = memory
            a1.sources.r1.channels = c1
            a1.sources.r1.type = http
            a1.sources.r1.{line}
            {(line.StartsWith("port", StringComparison.Ordinal) ? "" : "a1.sources.r1.port = 0")}
            a1.sources.r1.bind = 127.0.0.1
            """;
        var bag = new DiagnosticBag();
        new GraphCompiler(Registry).Compile(ConfigurationReader.Read(text, "agent.conf", [], _ => null, bag), "a1", bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items.Where(item => item.Path.StartsWith("a1.sources.r1.", StringComparison.Ordinal) && !item.Path.Contains("selector"))), Is.EqualTo(expected));
    }
}
