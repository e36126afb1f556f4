using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Components.SinkProcessors;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>
/// One random agent in simulated time: random sources, channels, sinks and faults, stopped and started again until everything is
/// delivered, checked all the while.
/// </summary>
internal sealed class ChaosRun
{
    private readonly Random _random;
    private readonly List<(string Name, MemoryChannel Channel, int Capacity)> _channels = [];
    private readonly List<RereadingSource> _readers = [];
    private readonly List<(ChaosClient Client, string Name)> _clients = [];
    private readonly List<ChaosDelivery> _deliveries = [];
    private readonly bool _isFaulty;
    private ChaosException? _violation;
    private long _lost;
    private int _faults;

    public ChaosRun(int seed, AgentRuntime runtime, bool isFaulty)
    {
        Seed = seed;
        Runtime = runtime;
        _random = new Random(seed);
        _isFaulty = isFaulty;
    }

    public int Seed { get; }

    public AgentRuntime Runtime { get; }

    public string Story { get; private set; } = "";

    public List<object> Sinks { get; } = [];

    public int NextSeed()
    {
        lock (_random)
        {
            return _random.Next();
        }
    }

    public void CountFault() => Interlocked.Increment(ref _faults);

    public Task Pause(Random random, CancellationToken cancel) => random.Next(3) == 0
        ? Task.CompletedTask
        : Runtime.DelayAsync(TimeSpan.FromMilliseconds(random.Next(200)), cancel);

    public void Check(bool isTrue, string what)
    {
        if (!isTrue)
        {
            // Thrown inside a sink it would look like one more failed delivery, so it is kept.
            _violation ??= new ChaosException($"Seed {Seed}: {what}. {Story}");
        }

        if (_violation is not null)
        {
            throw _violation;
        }
    }

    public void CheckCapacity()
    {
        foreach (var (name, channel, capacity) in _channels)
        {
            var statistics = channel.Statistics;
            Check(statistics.Events <= capacity, $"channel {name} holds {statistics.Events} of {capacity}");
            Check(statistics.Events >= 0 && statistics.LeasedEvents >= 0 && statistics.OwnedEvents >= 0 && statistics.BodyBytes >= 0, $"channel {name} counts {statistics}");
        }
    }

    public string Describe() => Story + " " + string.Join("; ", _channels.Select(c => $"{c.Name} {c.Channel}"))
        + string.Concat(_readers.Select(r => $"; {r}")) + string.Concat(_clients.Select(c => $"; client at {c.Client.Acknowledged}"));

    public async Task RunAsync()
    {
        var rate = _isFaulty ? _random.NextDouble() * 0.4 : 0;
        var isPartial = _isFaulty && _random.Next(3) == 0;
        var isHanging = _isFaulty && _random.Next(4) == 0;
        var channels = 1 + _random.Next(3);
        var optional = channels > 1 && _random.Next(3) == 0 ? channels - 1 : -1;
        var capacities = Enumerable.Range(0, channels).Select(_ => 1 + _random.Next(_random.Next(2) == 0 ? 20 : 300)).ToArray();
        var sinks = Enumerable.Range(0, channels).Select(_ => _random.Next(3) == 0 ? 2 + _random.Next(2) : 1).ToArray();
        var holds = Enumerable.Range(0, channels).Select(_ => _random.Next(3) == 0).ToArray();
        var windows = Enumerable.Range(0, channels).Select(_ => _random.Next(3) == 0 ? 2 + _random.Next(6) : 1).ToArray();
        var groups = Enumerable.Range(0, channels).Select(c => sinks[c] > 1 ? (GroupKind)_random.Next(3) : GroupKind.None).ToArray();
        var isEndToEnd = _random.Next(2) == 0;
        var readers = 1 + _random.Next(2);
        var clients = _random.Next(2);
        var counts = Enumerable.Range(0, readers + clients).Select(_ => 1 + _random.Next(300)).ToArray();
        var interceptorRate = _isFaulty && _random.Next(4) == 0 ? 0.05 : 0;
        var restarts = _isFaulty ? _random.Next(3) : 0;
        Story = $"rate {rate:0.00} partial {isPartial} hanging {isHanging} capacities [{string.Join(',', capacities)}] sinks [{string.Join(',', sinks)}] holds [{string.Join(',', holds)}] "
            + $"windows [{string.Join(',', windows)}] groups [{string.Join(',', groups)}] optional {optional} endToEnd {isEndToEnd} counts [{string.Join(',', counts)}] clients {clients} restarts {restarts}";

        for (var c = 0; c < channels; c++)
        {
            // A group works on one lease at a time, but two of its sinks that hold commit when they like.
            var isOneByOne = sinks[c] == 1 || (groups[c] != GroupKind.None && !holds[c]);
            _deliveries.Add(new ChaosDelivery(this, $"c{c}", isOrdered: isOneByOne && c != optional && !isPartial && !isHanging));
        }

        for (var r = 0; r < readers; r++)
        {
            var sizes = new Random(NextSeed());
            _readers.Add(new RereadingSource($"r{r}", counts[r], () => 1 + sizes.Next(sizes.Next(4) == 0 ? 60 : 8)));
        }

        for (var c = 0; c < clients; c++)
        {
            _clients.Add((new ChaosClient(this, $"q{c}", counts[readers + c]), $"q{c}"));
        }

        for (var life = 0; life <= restarts; life++)
        {
            var isLast = life == restarts;
            var faults = new ChaosFaults(rate, isPartial, isHanging);
            await using var graph = Build(capacities, sinks, holds, windows, groups, optional, isEndToEnd, interceptorRate, faults);
            await graph.StartAsync(CancellationToken.None);
            // One event at a time through four failures in ten, each backed off for seconds, takes its hours.
            var lifetime = isLast ? TimeSpan.FromHours(12) : TimeSpan.FromMilliseconds(_random.Next(20_000));
            for (var start = Runtime.Time.GetTimestamp(); Runtime.Time.GetElapsedTime(start) < lifetime && !graph.IsFinished && !graph.Fault.IsCompleted;)
            {
                await Runtime.DelayAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None);
                CheckCapacity();
            }

            Check(!graph.Fault.IsCompleted, $"a handler threw: {(graph.Fault.IsCompleted ? await graph.Fault : null)}");
            Check(!isLast || graph.IsFinished, $"it never ended: {Describe()} {string.Join(" ", Sinks)} {string.Join("; ", graph.Health.Select(h => $"{h.Id.Name} {h.State} {h.Problem}"))}");
            var drainTime = TimeSpan.FromSeconds(isLast ? 8 : _random.Next(8));
            var stopping = Runtime.Time.GetTimestamp();
            var result = await graph.StopAsync(drainTime);
            _lost += result.LeftInChannel.Values.Sum();
            if (Runtime.Time.GetElapsedTime(stopping) >= drainTime)
            {
                CountFault(); // what was under way then comes again
            }

            Check(!graph.Fault.IsCompleted, $"a handler threw: {(graph.Fault.IsCompleted ? await graph.Fault : null)}");
            Check(!isLast || result.Drained, "the last stop drains");
        }

        CheckDelivered(optional, counts, readers);
    }

    private AgentGraph Build(
        int[] capacities, int[] sinks, bool[] holds, int[] windows, GroupKind[] groups, int optional, bool isEndToEnd, double interceptorRate, ChaosFaults faults)
    {
        _channels.Clear();
        var graph = new SimulatedGraph(Runtime);
        for (var c = 0; c < capacities.Length; c++)
        {
            var channel = SimulatedGraph.NewMemory(Runtime, capacities[c], 1 + _random.Next(100), _random.Next(4) == 0 ? 200 + _random.Next(400) : null);
            _channels.Add(($"c{c}", channel, capacities[c]));
            graph.Channel($"c{c}", channel);
            var (delivery, holding) = (_deliveries[c], holds[c]);
            if (groups[c] != GroupKind.None)
            {
                // Such a group may have sinks of both kinds.
                var isHolding = Enumerable.Range(0, sinks[c]).Select(_ => holding && _random.Next(3) > 0).ToArray();
                graph.Group(
                    $"c{c}", NewProcessor(groups[c]), 1 + _random.Next(40),
                    [.. isHolding.Select((holds, s) => ($"k{c}{s}", (Func<IComponent>)(() => NewSink(holds, delivery, faults))))]);
                continue;
            }

            for (var s = 0; s < sinks[c]; s++)
            {
                graph.Sink($"k{c}{s}", $"c{c}", () => NewSink(holding, delivery, faults), 1 + _random.Next(40), holding ? 1 : windows[c]);
            }
        }

        var targets = capacities.Select((_, c) => ($"c{c}", isEndToEnd)).ToArray();
        for (var r = 0; r < _readers.Count; r++)
        {
            graph.Source(
                $"r{r}", _readers[r], interceptorRate > 0 ? [new ChaosInterceptor(this, interceptorRate)] : [], new ReplicateToAll(optional), targets);
        }

        foreach (var (client, name) in _clients)
        {
            graph.Source(name, client, [], new ReplicateToAll(optional), [.. targets.Select(target => (target.Item1, false))]);
        }

        return graph.Build();
    }

    private IComponent NewSink(bool isHolding, ChaosDelivery delivery, ChaosFaults faults) =>
        isHolding ? new ChaosHoldingSink(this, delivery, faults) : new ChaosSink(this, delivery, faults);

    private ISinkProcessor NewProcessor(GroupKind kind) => kind == GroupKind.Failover
        ? new FailoverSinkProcessor(new FailoverSinkProcessorOptions { MaxPenalty = TimeSpan.FromMilliseconds(_random.Next(10_000)) }, Runtime.Time)
        : new LoadBalanceSinkProcessor(
            new LoadBalanceSinkProcessorOptions { Selector = (SinkSelector)_random.Next(2), Backoff = _random.Next(2) == 0, MaxTimeOut = TimeSpan.FromMilliseconds(1 + _random.Next(10_000)) },
            Runtime.Time, new Random(NextSeed()));

    private enum GroupKind
    {
        None,
        Failover,
        LoadBalance,
    }

    private void CheckDelivered(int optional, int[] counts, int readers)
    {
        long missing = 0;
        foreach (var (delivery, index) in _deliveries.Select((delivery, index) => (delivery, index)))
        {
            foreach (var (count, source) in counts.Select((count, index) => (count, index < readers ? $"r{index}" : $"q{index - readers}")))
            {
                missing += index == optional ? 0 : Enumerable.Range(0, count).Count(n => delivery.Times($"{source}-{n}") == 0);
            }

            Check(_faults > 0 || _lost > 0 || delivery.Doubled == 0, $"{delivery.Doubled} events doubled in {delivery.Channel} without a failure");
        }

        // Only what a stop that ran out of time reported as left may be missing.
        Check(missing <= _lost, $"{missing} events missing, {_lost} reported as left");
    }
}
