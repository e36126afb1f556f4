using System.Collections.Immutable;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Components.SinkProcessors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.TestKit;

/// <summary>Builds a graph of component objects, without a configuration.</summary>
public sealed class SimulatedGraph(AgentRuntime runtime, ILoggerFactory? loggers = null)
{
    private readonly AgentGraphBuilder _builder = new(runtime, "a1", loggers ?? NullLoggerFactory.Instance);

    public SimulatedGraph Channel(string name, IChannel channel)
    {
        _builder.AddChannel(name, channel);
        return this;
    }

    public SimulatedGraph Memory(string name, int capacity, int transactionCapacity = 100, long? byteCapacity = null) =>
        Channel(name, NewMemory(runtime, capacity, transactionCapacity, byteCapacity));

    public static MemoryChannel NewMemory(AgentRuntime runtime, int capacity, int transactionCapacity = 100, long? byteCapacity = null) => new(
        new MemoryChannelOptions { Capacity = capacity, TransactionCapacity = Math.Min(capacity, transactionCapacity), ByteCapacity = byteCapacity, ByteCapacityBufferPercentage = 0 },
        runtime,
        new MemoryBudget(long.MaxValue));

    public SimulatedGraph Source(string name, ISource source, params ReadOnlySpan<(string Channel, bool IsEndToEnd)> channels) =>
        Source(name, source, [], new ReplicateToAll(), channels);

    public SimulatedGraph Source(
        string name, ISource source, ImmutableArray<IInterceptor> interceptors, IChannelSelector selector, params ReadOnlySpan<(string Channel, bool IsEndToEnd)> channels)
    {
        _builder.AddSource(name, source, interceptors, selector, [.. channels]);
        return this;
    }

    public SimulatedGraph Sink(string name, string channel, Func<IComponent> create, int maxEvents = 100, int window = 1)
    {
        _builder.AddEgress(channel, new DefaultSinkProcessor(), [(name, create, false)], maxEvents, window);
        return this;
    }

    public SimulatedGraph Group(string channel, ISinkProcessor processor, int maxEvents, params ReadOnlySpan<(string Name, Func<IComponent> Create)> sinks)
    {
        var slots = ImmutableArray.CreateBuilder<(string, Func<IComponent>, bool)>(sinks.Length);
        foreach (var (name, create) in sinks)
        {
            slots.Add((name, create, false));
        }

        _builder.AddEgress(channel, processor, slots.MoveToImmutable(), maxEvents);
        return this;
    }

    public AgentGraph Build() => _builder.Build();
}
