namespace Flafka.Dataflow.Components.Channels;

/// <summary>Knows a directory of Flume's own file channel when it sees one.</summary>
internal static class FlumeDirectory
{
    // Flume: its logs have another format. To begin anew beside them would leave their events behind, unnoticed.
    /// <exception cref="IOException">It is one.</exception>
    public static async Task RefuseAsync(IStorage storage, string directory, CancellationToken abort)
    {
        foreach (var entry in await storage.ListAsync(directory, abort))
        {
            var name = Path.GetFileName(entry.Path);
            if (name is "checkpoint.meta" or "inflightputs" or "inflighttakes" || (name.StartsWith("log-", StringComparison.Ordinal) && char.IsAsciiDigit(name[^1])))
            {
                throw new IOException(
                    $"FLK6106: '{directory}' holds a file channel of Flume 1.x ('{name}'), which this version cannot take over. Let Flume's sinks empty it first, or give this channel other directories.");
            }
        }
    }
}
