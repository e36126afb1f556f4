using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>A method as a sink.</summary>
internal sealed class LambdaSink(Func<ImmutableArray<FlumeEvent>, CancellationToken, Task> write) : ISink
{
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => write(events, abort);
}
