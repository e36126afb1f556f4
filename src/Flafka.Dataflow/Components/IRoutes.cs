namespace Flafka.Dataflow;

/// <summary>Implemented by options of channel selectors that name channels; the planner and its rules ask it.</summary>
public interface IRoutes
{
    /// <summary>Channels named as required, with the key that names them; empty: all that are not optional.</summary>
    IEnumerable<(string Key, string Channel)> RequiredChannels { get; }

    /// <summary>Channels named as optional, with the key that names them.</summary>
    IEnumerable<(string Key, string Channel)> OptionalChannels { get; }
}
