using Flafka.Dataflow.Components.Interceptors;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Interceptors;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class TimestampInterceptorTests
{
    private readonly ManualTimeProvider _time = new();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Test]
    public void An_event_gets_the_time()
    {
        var flumeEvent = Intercept(new TimestampInterceptorOptions(), EventHeaders.Empty);
        Assert.That(flumeEvent.Headers.ToString(), Is.EqualTo($"{{timestamp={Now}}}"));
    }

    [TestCase("1")]
    [TestCase("")]
    public void An_existing_time_stays_when_asked_for_and_is_replaced_otherwise(string existing)
    {
        var headers = EventHeaders.Create(("timestamp", existing));
        Assert.That(Intercept(new TimestampInterceptorOptions { PreserveExisting = true }, headers).Headers.TryGet("timestamp", out var kept) ? kept : null, Is.EqualTo(existing));
        Assert.That(Intercept(new TimestampInterceptorOptions(), headers).Headers.TryGet("timestamp", out var replaced) ? replaced : null, Is.EqualTo($"{Now}"));
    }

    [Test]
    public void Another_header_can_be_named()
    {
        var headers = EventHeaders.Create(("timestamp", "1"));
        var result = Intercept(new TimestampInterceptorOptions { HeaderName = "timestampHeader" }, headers);
        Assert.That(result.Headers.ToString(), Is.EqualTo($"{{timestamp=1, timestampHeader={Now}}}"));
    }

    [Test]
    public void Shared_headers_stay_shared_and_follow_the_clock()
    {
        var interceptor = new TimestampInterceptor(new TimestampInterceptorOptions(), new AgentRuntime(_time, TaskScheduler.Default));
        var shared = EventHeaders.Create(("file", "a"));
        var events = Intercepting.By(interceptor, new FlumeEvent(default, shared), new FlumeEvent(default, shared));
        Assert.That(events[0].Headers, Is.SameAs(events[1].Headers));
        Assert.That(Intercepting.By(interceptor, new FlumeEvent(default, shared))[0].Headers, Is.SameAs(events[0].Headers));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        var later = Intercepting.By(interceptor, new FlumeEvent(default, shared))[0];
        Assert.That(later.Headers.TryGetInt64("timestamp", out var time) ? time : 0, Is.EqualTo(Now));
    }

    [Test]
    public void Events_that_keep_their_time_keep_their_array()
    {
        var interceptor = new TimestampInterceptor(new TimestampInterceptorOptions { PreserveExisting = true }, new AgentRuntime(_time, TaskScheduler.Default));
        FlumeEvent[] events = [new(default, EventHeaders.Create(("timestamp", "1"))), new(default, EventHeaders.Create(("timestamp", "2")))];
        Assert.That(Intercepting.By(interceptor, [.. events]), Is.EqualTo(events));

        var mixed = Intercepting.By(interceptor, [events[0], new FlumeEvent(default), events[1]]);
        Assert.That(mixed.Select(e => e.Headers.TryGet("timestamp", out var time) ? time : null), Is.EqualTo(new[] { "1", $"{Now}", "2" }));
        Assert.That(mixed[0], Is.SameAs(events[0]));
        Assert.That(mixed[2], Is.SameAs(events[1]));
    }

    private FlumeEvent Intercept(TimestampInterceptorOptions options, EventHeaders headers)
    {
        var original = FlumeEvent.FromText("body", headers);
        var result = Intercepting.By(new TimestampInterceptor(options, new AgentRuntime(_time, TaskScheduler.Default)), original)[0];
        Assert.That(result.ToString(), Is.EqualTo("body"));
        return result;
    }
}
