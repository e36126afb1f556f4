namespace Flafka.Dataflow;

/// <summary>Implemented by options of sinks; the plan's guarantee is made of it.</summary>
public interface ICommitPoint
{
    /// <summary>Where events are when the sink has committed them.</summary>
    CommitPoint CommitPoint { get; }

    /// <summary>The key that makes the sink sync to disk, with its value, for example <c>sink.sync = commit</c>; <see langword="null"/> without one.</summary>
    string? SyncKey => null;
}
