using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Events on their way together. Whoever holds the batch owes the settlement of its receipt.</summary>
/// <param name="events">The events, in order.</param>
/// <param name="receipt">The share of the duty that moves along with them.</param>
public sealed class EventBatch(ImmutableArray<FlumeEvent> events, Receipt receipt)
{
    private long _bodyBytes = -1;

    /// <summary>The events, in order.</summary>
    public ImmutableArray<FlumeEvent> Events { get; } = events;

    /// <summary>The share of the duty; settled exactly once by the holder of the batch.</summary>
    public Receipt Receipt { get; } = receipt;

    /// <summary>
    /// True: a channel settles the share once it has stored the events. False: it settles it when a sink has committed all of them.
    /// Set by the router from the plan's edge.
    /// </summary>
    public bool SettleWhenStored { get; init; }

    /// <summary>Number of events.</summary>
    public int Count => Events.Length;

    /// <summary>Bytes of all bodies together; headers do not count.</summary>
    public long BodyBytes
    {
        get
        {
            if (_bodyBytes < 0)
            {
                _bodyBytes = EventBodies.Size(Events.AsSpan());
            }

            return _bodyBytes;
        }
    }

    /// <summary>Other events under the same duty, which moves along: this batch must not be settled any more.</summary>
    public EventBatch WithEvents(ImmutableArray<FlumeEvent> events) => new(events, Receipt) { SettleWhenStored = SettleWhenStored };

    /// <summary>The same events under another share; their bytes are not summed again.</summary>
    internal EventBatch Under(Receipt receipt, bool settleWhenStored = false) =>
        new(Events, receipt) { SettleWhenStored = settleWhenStored, _bodyBytes = _bodyBytes };
}
