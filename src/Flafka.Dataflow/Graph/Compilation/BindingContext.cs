namespace Flafka.Dataflow;

/// <summary>What binding needs to know beside the configuration itself.</summary>
/// <param name="Registry">The component types that there are.</param>
/// <param name="Settings">What the command line or the host decides.</param>
/// <param name="Types">What runs in place of Java classes.</param>
/// <param name="Files">Where paths without a scheme lie.</param>
internal sealed record BindingContext(IComponentRegistry Registry, ConfigurationSettings Settings, TypeMap Types, DefaultFileSystem Files);
