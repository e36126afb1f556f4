namespace Flafka.Dataflow;

/// <summary>A channel has somebody who fills it and somebody who empties it. A durable one may lack either: its other side may be another agent.</summary>
internal sealed class ChannelUseRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        if (!agent.IsWired)
        {
            return;
        }

        var filled = agent.Definitions(ComponentKind.Source).SelectMany(source => source.Channels).ToHashSet(StringComparer.Ordinal);
        var emptied = agent.Definitions(ComponentKind.Sink).SelectMany(sink => sink.Channels).ToHashSet(StringComparer.Ordinal);
        foreach (var channel in agent.Channels)
        {
            var (id, span) = (channel.Definition.Id, channel.Definition.Node.Span);
            switch (filled.Contains(id.Name), emptied.Contains(id.Name))
            {
                case (false, false):
                    diagnostics.Add(
                        Codes.UnusedChannel, id.ToString(), span, "no source and no sink uses the channel; it is left out",
                        $"Remove '{id.Name}' from {id.Agent}.channels, or use it.");
                    break;
                case (true, false) when !channel.Descriptor.IsDurable:
                    diagnostics.Add(
                        Codes.ChannelWithoutSink, id.ToString(), span,
                        "no sink empties the channel; when it is full, its sources stand still",
                        $"Add a sink with channel = {id.Name}.");
                    break;
                case (false, true) when !channel.Descriptor.IsDurable:
                    diagnostics.Add(
                        Codes.ChannelWithoutSource, id.ToString(), span, "no source fills the channel",
                        $"Add a source with channels = {id.Name}.");
                    break;
            }
        }
    }
}
