using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Tests.Components.Sinks;

public class NullSinkContractTests : SinkContract
{
    protected override IComponent Create(AgentRuntime runtime) => new NullSink(new NullSinkOptions(), NullLogger<NullSink>.Instance);

    protected override Task<IReadOnlyList<string>?> ReadBackAsync(AgentRuntime runtime) => Task.FromResult<IReadOnlyList<string>?>(null);
}
