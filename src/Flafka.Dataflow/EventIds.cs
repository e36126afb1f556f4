namespace Flafka.Dataflow;

/// <summary>Ids of log messages, a hundred per folder. A test checks that none is used twice.</summary>
internal static class EventIds
{
    public const int InterceptorFailed = 1001;
    public const int SelectorFailed = 1002;
    public const int ChannelFull = 1003;
    public const int InterceptorHangs = 1004;
    public const int PutFailed = 1005;

    public const int StartFailed = 1101;
    public const int SourceFailed = 1102;
    public const int DeliveryFailed = 1103;
    public const int DeliveryResumed = 1104;
    public const int SinkAbandoned = 1105;
    public const int StopFailed = 1106;
    public const int PoisonEvent = 1107;
    public const int StillFailing = 1108;
    public const int BlockFaulted = 1109;
    public const int DrainTimeOver = 1110;
    public const int FlushFailed = 1111;
    public const int Restarted = 1112;
    public const int SinkLeftBehind = 1113;

    public const int Finding = 1201;
    public const int TakenAndLost = 1202;

    public const int AgentStarted = 1301;
    public const int AgentEnded = 1302;
    public const int AgentLeftEvents = 1303;

    public const int RolledFileFailed = 3001;
    public const int EventsDiscarded = 3002;
    public const int EventLogged = 3003;

    public const int HostUnknown = 3101;
    public const int NothingMapped = 3102;

    public const int SpoolFileRetired = 2001;
    public const int SpoolFileGone = 2002;
    public const int SpoolFileTwice = 2003;
    public const int SpoolFileVanished = 2004;
    public const int SpoolFileContinued = 2005;
    public const int SpoolFileReplaced = 2006;
    public const int SpoolTrackerUnreadable = 2007;
    public const int SpoolSentAgain = 2008;

    public const int FileSegmentSetAside = 4001;
    public const int FileTailCut = 4002;
    public const int FileCheckpointFailed = 4003;
    public const int FileDirectoryInTrouble = 4004;
    public const int FileDirectoryResumed = 4005;
    public const int FileNotDeleted = 4006;

    public const int NetcatListening = 2101;
    public const int NetcatAcceptFailed = 2102;
    public const int NetcatTooMany = 2103;
    public const int NetcatBroken = 2104;

    public const int ExecStarted = 2201;
    public const int ExecEnded = 2202;
    public const int ExecRefused = 2203;
    public const int ExecLost = 2204;
    public const int ExecLineCut = 2205;
    public const int ExecErrorLine = 2206;
    public const int ExecNeedsShell = 2207;
    public const int ExecEndedForNow = 2208;
}
