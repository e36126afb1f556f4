using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Components.SinkProcessors;

/// <summary>Sinks of one event a call behind a processor, without a host.</summary>
internal sealed class Group(params string[] names)
{
    private readonly HashSet<int> _broken = [];
    private readonly HashSet<int> _notStarted = [];
    private readonly int[] _room = [.. names.Select(_ => int.MaxValue)];

    public ManualTimeProvider Time { get; } = new();

    public int[] Events { get; } = new int[names.Length];

    /// <summary>Every call of a sink, in order; a failed one in capitals.</summary>
    public string Calls { get; private set; } = "";

    public SinkState[] States => [.. names.Select((name, i) => new SinkState(name, !_notStarted.Contains(i)))];

    public void Break(params int[] sinks) => _broken.UnionWith(sinks);

    public void Repair(int sink) => _broken.Remove(sink);

    public void StopSink(int sink) => _notStarted.Add(sink);

    public void StartSink(int sink) => _notStarted.Remove(sink);

    /// <summary>How many more events a sink takes before it fails.</summary>
    public void Limit(int sink, int room) => _room[sink] = room;

    /// <summary>Gives so many events to the group, one lease each.</summary>
    /// <returns>How many of them a sink took.</returns>
    public int Give(ISinkProcessor processor, int events)
    {
        var taken = 0;
        for (var i = 0; i < events; i++)
        {
            Calls += Calls.Length == 0 ? "" : " ";
            taken += GiveOne(processor) ? 1 : 0;
        }

        return taken;
    }

    private bool GiveOne(ISinkProcessor processor)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (processor.Choose(States, attempt) is not { } sink)
            {
                return false;
            }

            var isTaken = !_broken.Contains(sink) && _room[sink] > 0;
            processor.Report(sink, isTaken ? null : new DeliveryException("broken"));
            Calls += isTaken ? names[sink] : names[sink].ToUpperInvariant();
            if (isTaken)
            {
                _room[sink]--;
                Events[sink]++;
                return true;
            }
        }
    }
}
