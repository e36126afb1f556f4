using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Components.Sources;

public sealed partial class SpoolDirSource
{
    [LoggerMessage(EventIds.SpoolFileVanished, LogLevel.Information, "'{File}' disappeared before it was opened.")]
    private partial void Vanished(string file);

    [LoggerMessage(EventIds.SpoolFileContinued, LogLevel.Information, "'{File}' is read on from byte {Offset}; what is before it is delivered.")]
    private partial void Continued(string file, long offset);

    [LoggerMessage(EventIds.SpoolFileReplaced, LogLevel.Warning, "'{File}' has {Length} bytes, of which {Offset} were delivered: it was replaced. It is read from its beginning.")]
    private partial void Replaced(string file, long length, long offset);

    [LoggerMessage(EventIds.SpoolTrackerUnreadable, LogLevel.Warning, "'{Tracker}' is not a tracker file; the file that was being read comes again from its beginning.")]
    private partial void TrackerUnreadable(string tracker);

    [LoggerMessage(EventIds.SpoolSentAgain, LogLevel.Debug, "Events were rejected; they are sent again in {Pause}.")]
    private partial void SendsAgain(TimeSpan pause);
}
