using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>What <see cref="FlafkaServiceCollectionExtensions.AddFlafka(Microsoft.Extensions.DependencyInjection.IServiceCollection, Action{FlafkaOptions})"/> runs, and how.</summary>
/// <remarks>How configurations are read comes from the section <c>Flafka</c> of the host's configuration, see <see cref="ConfigurationSettings.From"/>.</remarks>
public sealed class FlafkaOptions
{
    /// <summary>
    /// The configuration, in Flume's properties or in JSON; relative to the working directory. <see langword="null"/>: the agents are those below
    /// <c>Flafka:Agents</c> in the host's configuration. What later providers of the host, such as the environment, say below <c>Flafka:Agents</c>
    /// wins over either.
    /// </summary>
    public string? File { get; set; }

    /// <summary>The names of the agents to run; empty: all.</summary>
    public IList<string> Agents { get; } = [];

    /// <summary>Where components are looked for beside those of this library, for example the assembly of <c>KafkaSource</c>.</summary>
    public IList<Assembly> Assemblies { get; } = [];

    /// <summary>How long a stop may take to deliver what is inside. The host gives up after its own <c>ShutdownTimeout</c>, 30 s by default.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(8);
}
