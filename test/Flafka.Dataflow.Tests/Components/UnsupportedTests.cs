using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components;

[TestFixture]
public sealed class UnsupportedTests
{
    [TestCase(ComponentKind.Sink, "hive")]
    [TestCase(ComponentKind.Sink, "HIVE")]
    [TestCase(ComponentKind.Sink, "org.apache.flume.sink.hive.HiveSink")]
    [TestCase(ComponentKind.Channel, "jdbc")]
    [TestCase(ComponentKind.Channel, "SPILLABLEMEMORY")]
    [TestCase(ComponentKind.Channel, "org.apache.flume.channel.SpillableMemoryChannel")]
    [TestCase(ComponentKind.Source, "org.apache.flume.source.avroLegacy.AvroLegacySource")]
    [TestCase(ComponentKind.Interceptor, "org.apache.flume.sink.solr.morphline.MorphlineInterceptor$Builder")]
    [TestCase(ComponentKind.Interceptor, "org.apache.flume.sink.solr.morphline.MorphlineInterceptor")]
    [TestCase(ComponentKind.ConfigFilter, "hadoop")]
    public void A_component_of_Flume_has_a_message_and_an_advice(ComponentKind kind, string name)
    {
        var (message, instead) = Unsupported.Find(kind, name)!.Value;
        Assert.That(message, Does.EndWith("of Flume that this version does not have"));
        Assert.That(instead, Has.Length.GreaterThan(10).And.EndsWith("."));
    }

    [TestCase(ComponentKind.Sink, "spooldir")]
    [TestCase(ComponentKind.Source, "no-such")]
    [TestCase(ComponentKind.Source, "org.apache.flume.source.netcatsource")]
    public void Anything_else_has_none(ComponentKind kind, string name) => Assert.That(Unsupported.Find(kind, name), Is.Null);

    [Test]
    public void A_registered_component_wins()
    {
        var types = new TypeResolver(Graph.Compilation.Compile.Context(), new DiagnosticBag());
        Assert.That(types.Resolve(ComponentKind.Channel, "memory", "x", default)!.Implementation, Is.EqualTo(typeof(Graph.Compilation.Sample.MemoryChannel)));
    }
}
