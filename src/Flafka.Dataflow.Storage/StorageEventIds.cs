namespace Flafka.Dataflow.Storage;

/// <summary>Ids of the log messages of this library. A test checks that none is used twice.</summary>
internal static class StorageEventIds
{
    public const int FileFinished = 5002;
    public const int FinishFailed = 5003;
    public const int FinishGivenUp = 5004;
    public const int FileGone = 5005;
    public const int FileRecovered = 5006;
    public const int FilesRecovered = 5007;
    public const int FinalNameTaken = 5008;
}
