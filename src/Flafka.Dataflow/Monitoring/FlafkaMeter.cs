using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Flafka.Dataflow;

/// <summary>
/// Publishes the counters of a graph on a <see cref="Meter"/> named <see cref="Name"/>: one instrument for each of Flume's counter names,
/// with the tags <c>agent</c>, <c>kind</c> and <c>component</c>.
/// </summary>
internal sealed class FlafkaMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Flafka.Dataflow";

    private readonly Meter _meter = new(Name);
    private ImmutableArray<ComponentCounters> _components = [];

    public FlafkaMeter()
    {
        foreach (var counter in Enum.GetValues<FlumeCounter>())
        {
            _meter.CreateObservableCounter(counter.ToString(), () => Observe(counter));
        }
    }

    public ImmutableArray<ComponentCounters> Components => _components;

    public ComponentCounters Add(ComponentId id)
    {
        var counters = new ComponentCounters(id);
        ImmutableInterlocked.Update(ref _components, components => components.Add(counters));
        return counters;
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Observe(FlumeCounter counter)
    {
        foreach (var component in _components)
        {
            if (component[counter] is var value and not 0)
            {
                yield return new Measurement<long>(value,
                [
                    new("agent", component.Id.Agent),
                    new("kind", component.Id.Kind.ToString()),
                    new("component", component.Id.Name),
                ]);
            }
        }
    }
}
