namespace Flafka.Dataflow;

/// <summary>Implemented by options of sinks that may commit later than they accept (<see cref="IHoldingSink"/>).</summary>
public interface IHoldsEvents
{
    /// <summary>How the sink commits where it reads from this channel; <see langword="null"/> when every batch is settled at once.</summary>
    HoldingPlan? Plan(ChannelTraits channel);
}
