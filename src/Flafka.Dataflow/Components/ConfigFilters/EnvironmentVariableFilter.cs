namespace Flafka.Dataflow.Components.ConfigFilters;

/// <summary>Takes values from environment variables.</summary>
[ConfigFilter("env", JavaClass = "org.apache.flume.configfilter.EnvironmentVariableConfigFilter")]
public sealed class EnvironmentVariableFilter(ConfigurationSettings configuration) : IConfigFilter
{
    /// <inheritdoc/>
    public string? Find(string key) => configuration.Environment(key) ?? throw new InvalidOperationException($"the environment variable '{key}' is not set");
}
