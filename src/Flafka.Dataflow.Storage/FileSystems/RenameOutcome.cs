namespace Flafka.Dataflow.Storage.FileSystems;

/// <summary>How a rename ended.</summary>
internal enum RenameOutcome
{
    /// <summary>The file has its new name.</summary>
    Renamed,

    /// <summary>Another file has that name; nothing has happened.</summary>
    TargetExists,

    /// <summary>There is nothing of the old name.</summary>
    SourceMissing,
}
