namespace Flafka.Dataflow;

/// <summary>What a path from a source to a sink promises when the process crashes. The lowest is the weakest.</summary>
public enum GuaranteeLevel
{
    /// <summary>Events are dropped when there is no room.</summary>
    BestEffort,

    /// <summary>What the channel holds is lost in a crash.</summary>
    LostInCrash,

    /// <summary>Nothing is lost; some events may come twice.</summary>
    AtLeastOnce,
}
