using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

public class NullSinkTests
{
    [Test]
    public void Progress_is_logged_once_for_every_so_many_events()
    {
        var loggers = new RecordingLoggers();
        var sink = new NullSink(new NullSinkOptions { ReportEvery = 10 }, loggers.For<NullSink>());
        foreach (var count in new[] { 9, 1, 5, 30, 4, 1 })
        {
            Assert.That(sink.WriteAsync([.. Enumerable.Repeat(new FlumeEvent(default), count)], CancellationToken.None).IsCompletedSuccessfully, Is.True);
        }

        Assert.That(loggers.Texts, Is.EqualTo(new[] { 10, 45, 50 }.Select(count => $"Discarded {count} events so far.")));
    }
}
