namespace Flafka.Dataflow;

/// <summary>End-to-end acknowledgement on a durable channel pays and gains nothing.</summary>
internal sealed class AcknowledgeRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var channel in agent.Channels.Where(channel =>
            channel.Descriptor.IsDurable && channel.Options is IAcknowledging { Acknowledge: AcknowledgeMode.EndToEnd }))
        {
            var (path, span) = channel.KeyOf(nameof(IAcknowledging.Acknowledge));
            diagnostics.Add(
                Codes.EndToEndOnDurable, path, span, "the channel keeps its events over a crash, so waiting for the sinks gains nothing",
                "Remove the key; sources are then answered as soon as the channel has the events.");
        }
    }
}
