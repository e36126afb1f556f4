using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Puts hosts around component objects and joins them. Nothing is started. To be called on the graph's scheduler or before it runs.</summary>
internal sealed partial class AgentGraphBuilder
{
    private readonly AgentRuntime _runtime;
    private readonly string _agent;
    private readonly ILoggerFactory _loggers;
    private readonly FlafkaMeter _meter = new();
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockHost _blocks;
    private readonly ILogger _log;
    private readonly List<SourceHost> _sources = [];
    private readonly List<ChannelHost> _channels = [];
    private readonly List<EgressHost> _egresses = [];
    private readonly HashSet<string> _durable = [];

    public AgentGraphBuilder(AgentRuntime runtime, string agent, ILoggerFactory loggers)
    {
        _runtime = runtime;
        _agent = agent;
        _loggers = loggers;
        _log = loggers.CreateLogger<AgentGraph>();
        _blocks = new BlockHost(runtime, bug =>
        {
            BlockFaulted(bug, _agent);
            _fault.TrySetResult(bug);
        });
    }

    public void AddChannel(string name, IChannel channel, bool isDurable = false)
    {
        var id = new ComponentId(_agent, ComponentKind.Channel, name);
        _channels.Add(new ChannelHost(name, channel, _meter.Add(id), new ComponentHealth(id) { Watched = () => channel.Problem }));
        if (isDurable)
        {
            _durable.Add(name);
        }
    }

    /// <param name="name">Name of the source.</param>
    /// <param name="source">The source.</param>
    /// <param name="interceptors">Its chain, in order.</param>
    /// <param name="selector">Its selector.</param>
    /// <param name="channels">Its channels, in order, and whether the source is told "delivered" only when a sink has committed.</param>
    public void AddSource(
        string name, ISource source, ImmutableArray<IInterceptor> interceptors, IChannelSelector selector,
        ImmutableArray<(string Channel, bool IsEndToEnd)> channels)
    {
        var id = new ComponentId(_agent, ComponentKind.Source, name);
        var counters = _meter.Add(id);
        var targets = channels.Select(channel => new IngressTarget(Channel(channel.Channel), channel.IsEndToEnd)).ToImmutableArray();
        var ingress = new IngressHost(
            _runtime, _blocks, interceptors, new ChannelRouter(_runtime, selector, targets, counters, _loggers.CreateLogger<ChannelRouter>()),
            counters, _loggers.CreateLogger<IngressHost>());
        var health = new ComponentHealth(id) { Watched = () => source.Problem };
        _sources.Add(new SourceHost(_runtime, name, source, interceptors, ingress, counters, health, _loggers.CreateLogger<SourceHost>()));
    }

    /// <param name="channel">The channel that lends to the sinks.</param>
    /// <param name="processor">Chooses among them.</param>
    /// <param name="sinks">The sinks: name, how to make an instance, and whether two instances cannot live side by side.</param>
    /// <param name="maxEvents">Events per lease.</param>
    /// <param name="window">Leases under way.</param>
    public EgressHost AddEgress(
        string channel, ISinkProcessor processor, ImmutableArray<(string Name, Func<IComponent> Create, bool IsExclusive)> sinks, int maxEvents, int window = 1)
    {
        var host = Channel(channel);
        var slots = sinks.Select(sink =>
        {
            var id = new ComponentId(_agent, ComponentKind.Sink, sink.Name);
            return new SinkSlot(
                _runtime, sink.Name, sink.Create, sink.IsExclusive, host, _meter.Add(id), new ComponentHealth(id), _loggers.CreateLogger<SinkSlot>());
        });
        var egress = new EgressHost(_runtime, _blocks, host, [.. slots], processor, maxEvents, window);
        _egresses.Add(egress);
        return egress;
    }

    public AgentGraph Build() => new(
        _runtime, _agent, [.. _sources], [.. _channels], [.. _durable], [.. _egresses], _meter, _fault, _log);

    private ChannelHost Channel(string name) => _channels.Find(channel => channel.Name == name)
        ?? throw new ArgumentException($"There is no channel '{name}'.", nameof(name));

    [LoggerMessage(EventIds.BlockFaulted, LogLevel.Critical, "A handler of agent {Agent} threw: this is a bug of the program. The agent ends; nothing acknowledged is lost.")]
    private partial void BlockFaulted(Exception bug, string agent);
}
