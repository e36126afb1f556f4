using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Channels;

internal sealed partial class EventLog
{
    internal void TellTrouble(string trouble) => DirectoryInTrouble(channel, trouble);

    internal void TellNotDeleted(string directory, Exception failure) => NotDeleted(channel, directory, failure.Message);

    internal void TellTorn(Segment segment, long length, long cut) => TornTail(channel, segment.Path, length, cut);

    [LoggerMessage(EventIds.FileSegmentSetAside, LogLevel.Error, "FLK6104: Channel {Channel}: bytes {From} to {To} of '{Segment}' are damaged. {Missing} are missing; the other events of the segment, {Readable} at the moment, are delivered. The file is kept, with '.damaged' behind its name, when they are.")]
    private partial void SetAside(string channel, string segment, long from, long to, string missing, long readable);

    [LoggerMessage(EventIds.FileTailCut, LogLevel.Information, "Channel {Channel}: the last {Cut} bytes of '{Segment}', from {Length} on, were never finished and are cut off; nobody was told that they are stored.")]
    private partial void TornTail(string channel, string segment, long length, long cut);

    [LoggerMessage(EventIds.FileCheckpointFailed, LogLevel.Warning, "Channel {Channel} could not write a checkpoint; the next start takes longer, nothing else: {Problem}")]
    private partial void CheckpointFailed(string channel, string problem);

    [LoggerMessage(EventIds.FileDirectoryInTrouble, LogLevel.Error, "Channel {Channel}: {Problem}")]
    private partial void DirectoryInTrouble(string channel, string problem);

    [LoggerMessage(EventIds.FileDirectoryResumed, LogLevel.Information, "Channel {Channel} takes events into '{Directory}' again.")]
    private partial void DirectoryResumed(string channel, string directory);

    [LoggerMessage(EventIds.FileNotDeleted, LogLevel.Warning, "Channel {Channel} could not delete what is delivered from '{Directory}'; it is tried again in half a minute: {Problem}")]
    private partial void NotDeleted(string channel, string directory, string problem);
}
