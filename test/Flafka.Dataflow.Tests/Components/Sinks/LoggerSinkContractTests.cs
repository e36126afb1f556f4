using System.Globalization;
using System.Text;
using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sinks;

public class LoggerSinkContractTests : SinkContract
{
    private RecordingLoggers _log = null!;

    // Some events of a batch may be in the log before it breaks.
    protected override bool MayWriteTwiceAfterFailure => true;

    [SetUp]
    public void MakeLog() => _log = new RecordingLoggers();

    [TearDown]
    public void DropLog() => _log.Dispose();

    protected override IComponent Create(AgentRuntime runtime) => new LoggerSink(new LoggerSinkOptions(), _log.For<LoggerSink>());

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime) =>
        Task.FromResult<IReadOnlyList<string>?>([.. _log.Texts.Select(Body)]);

    protected override bool Break()
    {
        _log.Failure = new InvalidOperationException("The log is broken.");
        return true;
    }

    protected override void Repair() => _log.Failure = null;

    private static string Body(string text)
    {
        var bytes = text[(text.IndexOf("body:", StringComparison.Ordinal) + 5)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(part => part.Length == 2);
        return Encoding.UTF8.GetString([.. bytes.Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]);
    }
}
