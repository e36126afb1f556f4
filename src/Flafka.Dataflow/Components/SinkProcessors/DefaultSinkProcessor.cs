namespace Flafka.Dataflow.Components.SinkProcessors;

/// <summary>The policy of a single sink: every lease goes to it; what fails goes back to the channel.</summary>
[SinkProcessor("default", JavaClass = "org.apache.flume.sink.DefaultSinkProcessor")]
public sealed class DefaultSinkProcessor : ISinkProcessor
{
    /// <inheritdoc/>
    public int? Choose(IReadOnlyList<SinkState> sinks, int attempt)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return attempt == 0 && sinks[0].IsRunning ? 0 : null;
    }

    /// <inheritdoc/>
    public void Report(int sink, Exception? failure)
    {
    }
}
