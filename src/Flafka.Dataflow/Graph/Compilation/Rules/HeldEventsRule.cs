using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>A sink that holds more than its channel does settles early: that works, but its files, say, become smaller than wanted.</summary>
internal sealed class HeldEventsRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var sink in agent.Sinks)
        {
            if (sink.Options is not IHoldsEvents holds || sink.Definition.Channels.Select(agent.Channel).FirstOrDefault() is not { } channel)
            {
                continue;
            }

            var traits = channel.Traits();
            if (holds.Plan(traits) is { WhenCramped: { } cramped } plan && plan.Events > traits.Capacity)
            {
                var capacity = traits.Capacity.ToString("N0", CultureInfo.InvariantCulture);
                diagnostics.Add(
                    Codes.HoldsMoreThanChannel, sink.Definition.Id.ToString(), sink.Definition.Node.Span,
                    string.Format(CultureInfo.InvariantCulture, cramped, capacity) + $": channel {traits.Name} holds {capacity}",
                    $"Set {channel.Definition.Id}.capacity = {plan.Events.ToString(CultureInfo.InvariantCulture)} or more.");
            }
        }
    }
}
