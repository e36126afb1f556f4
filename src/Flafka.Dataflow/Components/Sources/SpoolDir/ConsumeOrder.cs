namespace Flafka.Dataflow.Components.Sources;

/// <summary>Which file a spooling source takes next.</summary>
public enum ConsumeOrder
{
    /// <summary>The one not modified for the longest time; of several the one with the first name.</summary>
    Oldest,

    /// <summary>The one modified last; of several the one with the first name.</summary>
    Youngest,

    /// <summary>As the directory lists them; the quickest.</summary>
    Random,
}
