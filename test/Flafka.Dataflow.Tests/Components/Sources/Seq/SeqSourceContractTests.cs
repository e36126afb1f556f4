using System.Globalization;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Seq;

[TestFixture(1)]
[TestFixture(7)]
public class SeqSourceContractTests(int batchSize) : SourceContract
{
    private int _events = 100;

    protected override IReadOnlyList<string> Prepare(int events)
    {
        _events = events;
        return [.. Enumerable.Range(0, events).Select(n => n.ToString(CultureInfo.InvariantCulture))];
    }

    protected override ISource NewSource(AgentRuntime runtime) => new SeqSource(new SeqSourceOptions { BatchSize = batchSize, TotalEvents = _events }, runtime);
}
