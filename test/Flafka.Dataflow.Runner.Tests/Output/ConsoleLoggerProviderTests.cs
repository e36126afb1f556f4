using Flafka.Dataflow.Runner.Output;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Output;

public class ConsoleLoggerProviderTests
{
    [Test]
    public void A_message_is_one_line_whatever_is_in_it() =>
        Assert.That(Log(LogLevel.Information, "one\ntwo\u001b[31m", null), Is.EqualTo("INFO  one\\ntwo\\u001B[31m\n"));

    [Test]
    public void A_cause_is_named_once() =>
        Assert.Multiple(() =>
        {
            Assert.That(Log(LogLevel.Error, "It failed.", new IOException("disk full")), Is.EqualTo("ERROR It failed. (IOException: disk full)\n"));
            Assert.That(Log(LogLevel.Error, "It failed: disk full", new IOException("disk full")), Is.EqualTo("ERROR It failed: disk full\n"));
        });

    [Test]
    public void A_bug_comes_with_its_frames() =>
        Assert.That(Log(LogLevel.Critical, "A bug.", new InvalidOperationException("oops")), Is.EqualTo("FATAL A bug.\nSystem.InvalidOperationException: oops\n"));

    [Test]
    public void With_details_category_and_frames_are_there() =>
        Assert.That(Log(LogLevel.Debug, "It failed.", new IOException("disk full"), withDetails: true), Is.EqualTo("DEBUG [cat] It failed.\nSystem.IO.IOException: disk full\n"));

    private static string Log(LogLevel level, string message, Exception? cause, bool withDetails = false)
    {
        var text = new StringWriter();
        using var provider = new ConsoleLoggerProvider(new ConsoleOutput(text, isTerminal: false), new ManualTimeProvider(), withDetails);
        provider.CreateLogger("cat").Log(level, default, message, cause, (state, _) => state);
        var line = text.ToString();
        Assert.That(line, Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} "));
        return line["yyyy-MM-dd HH:mm:ss.fff ".Length..];
    }
}
