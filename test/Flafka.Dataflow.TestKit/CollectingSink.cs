using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>Keeps what it gets.</summary>
public sealed class CollectingSink : ISink
{
    private readonly List<FlumeEvent> _events = [];

    public IReadOnlyList<FlumeEvent> Events => _events;

    public IEnumerable<string> Texts => _events.Select(e => e.ToString());

    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        _events.AddRange(events);
        return Task.CompletedTask;
    }
}
