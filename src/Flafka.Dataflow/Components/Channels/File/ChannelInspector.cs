using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>Looks into a data directory of a closed file channel, as a start would, and changes nothing.</summary>
internal sealed class ChannelInspector(IStorage storage, AgentRuntime runtime)
{
    /// <summary>What a segment holds.</summary>
    public sealed record File(string Name, long Bytes, long Events, string State);

    /// <summary>What a directory holds: events no sink has committed, the bytes of their bodies, its files, and what cannot be read.</summary>
    public sealed record Content(string Directory, long Events, long BodyBytes, ImmutableArray<File> Files, ImmutableArray<string> Damage);

    /// <summary>Reads everything and compares every checksum. The directory is locked meanwhile.</summary>
    /// <exception cref="IOException">It is no data directory, or somebody has it.</exception>
    public async Task<Content> InspectAsync(string directory, CancellationToken abort)
    {
        if (await storage.FindAsync(directory, abort) is not { IsDirectory: true })
        {
            throw new DirectoryNotFoundException($"there is no directory '{directory}'");
        }

        await FlumeDirectory.RefuseAsync(storage, directory, abort);
        var entries = await storage.ListAsync(directory, abort);
        var setAside = entries.Where(static entry => Segment.NumberOf(entry.Path) is not null && entry.Path.EndsWith(".damaged", StringComparison.Ordinal)).ToArray();
        if (!entries.Any(static entry => Segment.NumberOf(entry.Path) is not null))
        {
            throw new FileNotFoundException(entries.Any(static entry => Path.GetFileName(entry.Path) == Checkpoint.FileName)
                ? $"'{directory}' holds the checkpoint of a file channel; its events are in the directories that dataDirs names"
                : $"'{directory}' holds no events of a file channel");
        }

        await using var locks = new DirectoryLocks(storage, "flafka channel");
        await locks.TakeAsync(directory, abort);
        var log = new EventLog(new LogSettings([directory], []), storage, runtime, directory, NullLogger.Instance);
        var recovery = new Recovery(log, log.Directories[0], checkpoint: null) { IsReadOnly = true };
        await recovery.RunAsync(abort);
        var segments = log.Directories[0].Segments;
        return new Content(
            directory,
            log.Directories[0].LiveEvents,
            log.Directories[0].BodyBytes,
            [
                .. segments.Select(segment => new File(Path.GetFileName(segment.Path), segment.Length, segment.Live.Count, State(segment, recovery, segment == segments[^1]))),
                .. setAside.Select(static entry => new File(Path.GetFileName(entry.Path), entry.Length, 0, "set aside: its sound records are delivered")),
            ],
            [.. recovery.Damage.Select(damage => $"{damage.Segment.Path}: bytes {damage.From} to {damage.To} are damaged; {damage.Events} are missing")]);
    }

    private static string State(Segment segment, Recovery recovery, bool isLast)
    {
        var damage = recovery.Damage.Where(damage => damage.Segment == segment).ToArray();
        return damage.Length > 0 ? $"damaged: {SegmentDamage.Words(damage.Sum(static part => part.Missing.Count), damage.Any(static part => part.IsEstimate))} are missing"
            : isLast && recovery.Torn > 0 ? $"sound; {recovery.Torn} bytes behind it were never finished, the next start cuts them off"
            : "sound";
    }
}
