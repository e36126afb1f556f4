using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Changes, adds or drops events on their way from a source to its channels.</summary>
public interface IInterceptor : IComponent
{
    /// <summary>
    /// Gives the events that go on, in order; an empty array drops all. Most interceptors complete synchronously; one that asks a server
    /// may work on its events in parallel, up to a limit of its own. Called for one batch at a time.
    /// </summary>
    /// <param name="events">The events of one batch; never empty.</param>
    /// <param name="abort">Fires when there is no time left.</param>
    /// <remarks>An exception rejects the whole batch: the source sees a failed put.</remarks>
    ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort);
}
