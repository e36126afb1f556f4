using Flafka.Dataflow.Components.Interceptors;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Interceptors;

public class StaticInterceptorTests
{
    [Test]
    public void By_default_it_adds_key_and_value() => Assert.That(Headers(new StaticInterceptorOptions(), EventHeaders.Empty), Is.EqualTo("{key=value}"));

    [Test]
    public void Key_and_value_can_be_set() =>
        Assert.That(Headers(new StaticInterceptorOptions { Key = "myKey", Value = "myVal" }, EventHeaders.Create(("a", "b"))), Is.EqualTo("{a=b, myKey=myVal}"));

    [Test]
    public void An_existing_header_stays_by_default()
    {
        var headers = EventHeaders.Create(("key", "incumbent value"));
        Assert.That(Headers(new StaticInterceptorOptions { Value = "replacement value" }, headers), Is.EqualTo("{key=incumbent value}"));
        Assert.That(Headers(new StaticInterceptorOptions { Value = "replacement value", PreserveExisting = false }, headers), Is.EqualTo("{key=replacement value}"));
    }

    [Test]
    public void Shared_headers_stay_shared_from_batch_to_batch()
    {
        var interceptor = new StaticInterceptor(new StaticInterceptorOptions());
        var first = Intercepting.By(interceptor, new FlumeEvent(default), new FlumeEvent(default));
        var second = Intercepting.By(interceptor, new FlumeEvent(default));
        Assert.That(first[1].Headers, Is.SameAs(first[0].Headers));
        Assert.That(second[0].Headers, Is.SameAs(first[0].Headers));
    }

    private static string Headers(StaticInterceptorOptions options, EventHeaders headers) =>
        Intercepting.By(new StaticInterceptor(options), headers).ToString();
}
