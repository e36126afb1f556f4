using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow;

/// <summary>Collects, per channel, the events that go there. Channels are numbered in the order of the source's <c>channels</c> key.</summary>
/// <remarks>
/// Reused from batch to batch by one router; not thread-safe. A channel that is required for one event and optional for another of the
/// same batch gets the two groups one after the other.
/// </remarks>
public sealed class RouteTable
{
    private readonly Group[] _required;
    private readonly Group[] _optional;

    /// <summary>A table for the channels of these names.</summary>
    public RouteTable(ImmutableArray<string> channels)
    {
        Channels = channels;
        _required = new Group[channels.Length];
        _optional = new Group[channels.Length];
        for (var i = 0; i < channels.Length; i++)
        {
            _required[i] = new Group();
            _optional[i] = new Group();
        }
    }

    /// <summary>The names of the source's channels; a channel's number is its place here.</summary>
    public ImmutableArray<string> Channels { get; }

    /// <summary>The channel must take the event, or the source is told that the put failed.</summary>
    public void Required(int channel, FlumeEvent flumeEvent) => _required[channel].Add(flumeEvent);

    /// <summary>The channel gets the event when it has room at once; the source never learns of a failure.</summary>
    public void Optional(int channel, FlumeEvent flumeEvent) => _optional[channel].Add(flumeEvent);

    /// <summary>All events of the batch are required in this channel.</summary>
    public void Required(int channel, ImmutableArray<FlumeEvent> all) => _required[channel].Add(all);

    /// <summary>All events of the batch are optional in this channel.</summary>
    public void Optional(int channel, ImmutableArray<FlumeEvent> all) => _optional[channel].Add(all);

    /// <summary>Whether the only channel gets the batch as it is.</summary>
    internal bool IsAllRequired(ImmutableArray<FlumeEvent> events) => _required[0].IsJust(events) && _optional[0].IsEmpty;

    internal ImmutableArray<FlumeEvent> TakeRequired(int channel) => _required[channel].Take();

    internal ImmutableArray<FlumeEvent> TakeOptional(int channel) => _optional[channel].Take();

    internal void Clear()
    {
        foreach (var group in _required)
        {
            group.Clear();
        }

        foreach (var group in _optional)
        {
            group.Clear();
        }
    }

    private sealed class Group
    {
        private ImmutableArray<FlumeEvent> _all = [];
        private readonly List<FlumeEvent> _some = [];

        public bool IsEmpty => _all.IsEmpty && _some.Count == 0;

        public bool IsJust(ImmutableArray<FlumeEvent> events) => _all == events && _some.Count == 0;

        public void Add(FlumeEvent flumeEvent)
        {
            Spill();
            _some.Add(flumeEvent);
        }

        public void Add(ImmutableArray<FlumeEvent> all)
        {
            if (_all.IsEmpty && _some.Count == 0)
            {
                _all = all;
                return;
            }

            Spill();
            _some.AddRange(all);
        }

        public ImmutableArray<FlumeEvent> Take()
        {
            var taken = _all;
            if (_some.Count > 0)
            {
                taken = ImmutableCollectionsMarshal.AsImmutableArray(_some.ToArray());
            }

            Clear();
            return taken;
        }

        public void Clear()
        {
            _all = [];
            _some.Clear();
        }

        private void Spill()
        {
            if (!_all.IsEmpty)
            {
                _some.AddRange(_all);
                _all = [];
            }
        }
    }
}
