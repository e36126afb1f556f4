using System.Collections.Immutable;

namespace Flafka.Dataflow;

public sealed partial class AgentGraph
{
    /// <summary>
    /// Puts events in from the program itself, by the source made with <see cref="FlafkaGraph.Embedded"/>. Completes when every required channel has taken them,
    /// or its sinks have delivered them where the channel acknowledges end to end. Waits while the graph is not started yet.
    /// </summary>
    /// <param name="events">The events; they go through the source's interceptors and its selector as one batch.</param>
    /// <param name="cancel">Ends the wait for the start. A put that has begun ends by the channel's <c>keep-alive</c>.</param>
    /// <exception cref="DeliveryException">A channel had no room, an interceptor failed, or the graph stops: nothing is acknowledged, the caller may put again.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> fired; nothing was put.</exception>
    public Task PutAsync(ImmutableArray<FlumeEvent> events, CancellationToken cancel = default) => PutAsync(Embedded(null), events, cancel);

    /// <summary>The same for a graph with several such sources.</summary>
    /// <param name="source">The name of the source.</param>
    /// <param name="events">The events.</param>
    /// <param name="cancel">Ends the wait for the start.</param>
    public Task PutAsync(string source, ImmutableArray<FlumeEvent> events, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return PutAsync(Embedded(source), events, cancel);
    }

    private async Task PutAsync(EmbeddedSource entry, ImmutableArray<FlumeEvent> events, CancellationToken cancel)
    {
        await _runtime.Hop();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stopping.Token);
        try
        {
            if (await entry.PutAsync(events, either.Token) is { IsDelivered: false } refused)
            {
                throw refused.Reason as DeliveryException ?? new DeliveryException(refused.Reason!.Message, refused.Reason);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DeliveryException($"Agent '{Name}' stops and takes nothing more.");
        }
    }

    private EmbeddedSource Embedded(string? name)
    {
        var entries = _sources.Where(host => host.Source is EmbeddedSource && (name is null || host.Name == name)).ToArray();
        return entries.Length == 1
            ? (EmbeddedSource)entries[0].Source
            : throw new InvalidOperationException(entries.Length == 0
                ? $"Agent '{Name}' has no embedded source{(name is null ? string.Empty : $" '{name}'")}; FlafkaGraph.Embedded makes one."
                : $"Agent '{Name}' has several embedded sources; name one.");
    }
}
