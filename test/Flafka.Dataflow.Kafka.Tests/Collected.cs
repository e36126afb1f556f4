using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Flafka.Dataflow.Kafka.Tests;

/// <summary>Keeps what it gets; tests look while it is at work.</summary>
internal sealed class Collected(Func<int, Exception?>? fail = null) : ISink
{
    private int _calls;

    public ConcurrentQueue<FlumeEvent> Events { get; } = new();

    public IEnumerable<string> Texts => Events.Select(e => e.ToString());

    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        if (fail?.Invoke(++_calls) is { } failure)
        {
            throw failure;
        }

        foreach (var flumeEvent in events)
        {
            Events.Enqueue(flumeEvent);
        }

        return Task.CompletedTask;
    }
}
