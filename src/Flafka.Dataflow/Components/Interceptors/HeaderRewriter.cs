using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Components.Interceptors;

/// <summary>
/// Gives events other headers. The last headers and what became of them are remembered by reference, so events that share their headers
/// go on sharing them, and only the events themselves are made anew. Not thread-safe.
/// </summary>
/// <param name="change">The new headers; the same instance when there is nothing to change. Depends on the headers alone.</param>
internal sealed class HeaderRewriter(Func<EventHeaders, EventHeaders> change)
{
    private EventHeaders? _last;
    private EventHeaders? _changed;

    /// <summary>Forgets what was remembered: what the change depends on besides the headers is different now.</summary>
    public void Forget() => _last = null;

    /// <summary>The events with their new headers; the same array when nothing changed.</summary>
    public ImmutableArray<FlumeEvent> Apply(ImmutableArray<FlumeEvent> events)
    {
        FlumeEvent[]? rewritten = null;
        for (var i = 0; i < events.Length; i++)
        {
            var flumeEvent = events[i];
            var headers = Change(flumeEvent.Headers);
            if (ReferenceEquals(headers, flumeEvent.Headers))
            {
                rewritten?[i] = flumeEvent;
                continue;
            }

            if (rewritten is null)
            {
                rewritten = new FlumeEvent[events.Length];
                events.CopyTo(0, rewritten, 0, i);
            }

            rewritten[i] = flumeEvent.WithHeaders(headers);
        }

        return rewritten is null ? events : ImmutableCollectionsMarshal.AsImmutableArray(rewritten);
    }

    private EventHeaders Change(EventHeaders headers)
    {
        if (!ReferenceEquals(headers, _last))
        {
            _changed = change(headers);
            _last = headers;
        }

        return _changed!;
    }
}
