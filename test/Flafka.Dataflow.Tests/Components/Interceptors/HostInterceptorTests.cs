using System.Net;
using System.Net.Sockets;
using Flafka.Dataflow.Components.Interceptors;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Interceptors;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class HostInterceptorTests
{
    private readonly RecordingLoggers _loggers = new();

    [Test]
    public async Task By_default_the_header_is_the_address_of_this_machine()
    {
        var interceptor = new HostInterceptor(new HostInterceptorOptions(), AgentRuntime.System, _loggers.For<HostInterceptor>());
        await interceptor.StartAsync(CancellationToken.None);
        Assert.That(Intercepting.By(interceptor, EventHeaders.Empty).TryGet("host", out var host), Is.True);
        Assert.That(IPAddress.TryParse(host, out _), Is.True);
    }

    [Test]
    public async Task Without_useIP_the_header_is_its_full_name()
    {
        var interceptor = new HostInterceptor(new HostInterceptorOptions { UseIP = false, HostHeader = "hostname" }, AgentRuntime.System, _loggers.For<HostInterceptor>());
        await interceptor.StartAsync(CancellationToken.None);
        Assert.That(Intercepting.By(interceptor, EventHeaders.Empty).ToString(), Is.EqualTo($"{{hostname={Dns.GetHostEntry(Dns.GetHostName()).HostName}}}"));
    }

    [Test]
    public void An_existing_header_is_kept_or_replaced_as_asked([Values] bool preserve)
    {
        var interceptor = Started(new HostInterceptorOptions { PreserveExisting = preserve }, () => "10.0.0.7");
        Assert.That(
            Intercepting.By(interceptor, EventHeaders.Create(("host", "originalhost"))).ToString(), Is.EqualTo(preserve ? "{host=originalhost}" : "{host=10.0.0.7}"));
    }

    [Test]
    public void A_machine_that_does_not_know_itself_is_warned_about_and_events_pass_unchanged()
    {
        var interceptor = Started(new HostInterceptorOptions(), () => throw new SocketException((int)SocketError.HostNotFound));
        Assert.That(Intercepting.By(interceptor, EventHeaders.Empty), Is.SameAs(EventHeaders.Empty));
        Assert.That(_loggers.Texts, Is.EqualTo(new[] { "This machine's own host name cannot be resolved: the header host is not set until the source is started again." }));
    }

    [Test]
    public void Every_start_looks_again()
    {
        var answers = new Queue<string>(["10.0.0.7", "10.0.0.8"]);
        var scheduler = new SimulatedScheduler(1);
        var interceptor = new HostInterceptor(new HostInterceptorOptions(), scheduler.Runtime, _loggers.For<HostInterceptor>(), answers.Dequeue);
        Assert.That(answers, Has.Count.EqualTo(2), "a constructor looks nothing up");
        scheduler.Run(() => interceptor.StartAsync(CancellationToken.None));
        Assert.That(Intercepting.By(interceptor, EventHeaders.Empty).ToString(), Is.EqualTo("{host=10.0.0.7}"));
        scheduler.Run(() => interceptor.StartAsync(CancellationToken.None));
        Assert.That(Intercepting.By(interceptor, EventHeaders.Empty).ToString(), Is.EqualTo("{host=10.0.0.8}"));
    }

    private HostInterceptor Started(HostInterceptorOptions options, Func<string> lookUp)
    {
        var scheduler = new SimulatedScheduler(1);
        var interceptor = new HostInterceptor(options, scheduler.Runtime, _loggers.For<HostInterceptor>(), lookUp);
        scheduler.Run(() => interceptor.StartAsync(CancellationToken.None));
        return interceptor;
    }
}
