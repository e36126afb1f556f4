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

    public const int HeldFileFinished = 5028;
    public const int HeldFileDropped = 5029;
    public const int HeldFileGone = 5030;
    public const int HeldRenameFailed = 5031;
    public const int HeldFileUndecided = 5032;
    public const int HeldFileLeftBehind = 5033;
    public const int HowEventsCount = 5034;
    public const int RecoveredLater = 5035;
    public const int OtherFileSystem = 5036;
    public const int FileShort = 5037;
    public const int TokenRenewed = 5038;
    public const int TokenNotRenewed = 5039;
    public const int NotRecovered = 5040;
    public const int TokenOfKerberos = 5041;
}
