using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class LoggerSinkTests
{
    private readonly RecordingLoggers _loggers = new();

    [TestCase("Hello world!", "{ headers:{} body: 48 65 6C 6C 6F 20 77 6F 72 6C 64 21             Hello world! }")]
    [TestCase("Hello world!\r", "{ headers:{} body: 48 65 6C 6C 6F 20 77 6F 72 6C 64 21 0D          Hello world!. }")]
    [TestCase("0123456789abcdefXYZ", "{ headers:{} body: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef }")]
    [TestCase("", "{ headers:{} body: }")]
    [TestCase("é€", "{ headers:{} body: C3 A9 E2 82 AC                                  ..... }")]
    public void Logs_what_flume_logs(string body, string expected)
    {
        Assert.That(Logged(16, FlumeEvent.FromText(body)), Is.EqualTo("Event: " + expected));
        Assert.That(_loggers.Entries.Single().Level, Is.EqualTo(LogLevel.Information));
    }

    [Test]
    public void Bytes_that_do_not_print_are_dots() => Assert.That(
        Logged(16, new FlumeEvent(Convert.FromHexString("00011F207E7F80FF090A"))),
        Is.EqualTo("Event: { headers:{} body: 00 01 1F 20 7E 7F 80 FF 09 0A                   ... ~..... }"));

    [Test]
    public void Headers_come_in_flumes_order() => Assert.That(
        Logged(16, FlumeEvent.FromText("Hello", EventHeaders.Empty.Set("timestamp", 1340459193234L).Set("host", "web-01"))),
        Is.EqualTo("Event: { headers:{host=web-01, timestamp=1340459193234} body: 48 65 6C 6C 6F                                  Hello }"));

    [Test]
    public void More_bytes_make_more_lines() => Assert.That(
        Logged(20, FlumeEvent.FromText("0123456789abcdefXYZ")),
        Is.EqualTo(
            "Event: { headers:{} body: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef" + Environment.NewLine
            + "00000010 58 59 5A                                        XYZ }"));

    [Test]
    public void Zero_bytes_show_none_of_the_body() =>
        Assert.That(Logged(0, FlumeEvent.FromText("secret")), Is.EqualTo("Event: { headers:{} body: }"));

    private string Logged(int maxBytes, FlumeEvent flumeEvent)
    {
        var write = new LoggerSink(new LoggerSinkOptions { MaxBytesToLog = maxBytes }, _loggers.For<LoggerSink>()).WriteAsync([flumeEvent], CancellationToken.None);
        Assert.That(write.IsCompletedSuccessfully, Is.True);
        return _loggers.Texts.Single();
    }
}
