using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>The usual sink: what it has written when it returns is delivered.</summary>
public interface ISink : IComponent
{
    /// <summary>
    /// Writes the events, in order. Returning commits them; throwing gives them back to the channel, after which the host backs off.
    /// Called for one lease at a time.
    /// </summary>
    /// <param name="events">At most <c>batchSize</c> events; never empty. The array is shared: nobody changes it.</param>
    /// <param name="abort">Fires when the call takes too long or the agent ends. A call that ignores it is abandoned 5 s later, with its instance.</param>
    /// <exception cref="PartialDeliveryException">Only the named events failed; the others are committed.</exception>
    /// <exception cref="PoisonEventException">An event can never be written.</exception>
    Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort);

    /// <summary>How long one call may take; <see langword="null"/>: as long as it likes while the agent runs.</summary>
    TimeSpan? CallTimeout => null;
}
