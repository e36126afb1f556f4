using System.Collections.Immutable;

namespace Flafka.Dataflow.Tests.Library;

/// <summary>A user's own sink, in one file: gives events to a service of the host.</summary>
public sealed class OwnSink(ICollection<string> collected) : ISink
{
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        foreach (var one in events)
        {
            collected.Add(one.ToString());
        }

        return Task.CompletedTask;
    }
}
