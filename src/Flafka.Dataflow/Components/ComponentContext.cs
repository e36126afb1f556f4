using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>What the host hands to a component beside its options. A constructor may ask for it, or for any of its parts.</summary>
/// <param name="Id">Who the component is.</param>
/// <param name="Loggers">Makes loggers; a constructor usually asks for <c>ILogger&lt;T&gt;</c> instead.</param>
/// <param name="Runtime">Clock and scheduler of the graph.</param>
/// <param name="Services">Services of the host, such as <see cref="IStorage"/>.</param>
public sealed record ComponentContext(ComponentId Id, ILoggerFactory Loggers, AgentRuntime Runtime, IServiceProvider Services)
{
    /// <summary>For a sink: the options of the sources whose events may reach it through its channel.</summary>
    public ImmutableArray<object> Upstream { get; init; } = [];

    /// <summary>For a sink: its channel, where that is known.</summary>
    public ChannelTraits? Channel { get; init; }
}
