using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Stress;

[TestFixture(1)]
[TestFixture(5)]
public class StressSourceContractTests(int batchSize) : OnceSourceContract
{
    private const int Size = 3;
    private int _events = 100;

    // A batch may go beyond the number of events that have to be taken, so the number is one that batches make up.
    protected override IReadOnlyList<string> Prepare(int events)
    {
        _events = events / batchSize * batchSize;
        return [.. Enumerable.Repeat(new string('\x7F', Size), _events)];
    }

    protected override ISource NewSource(AgentRuntime runtime) => new StressSource(
        new StressSourceOptions { Size = Size, BatchSize = batchSize, MaxSuccessfulEvents = _events }, runtime);
}
