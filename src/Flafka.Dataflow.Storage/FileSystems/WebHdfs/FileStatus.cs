using System.Text.Json;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>What the name node knows of a file or folder.</summary>
/// <param name="Name">Its name in the folder that was listed; empty for what was asked for itself.</param>
/// <param name="Length">Bytes; of a file being written those of a finished write.</param>
/// <param name="Modified">The last change.</param>
/// <param name="IsDirectory">Whether it is a folder.</param>
internal sealed record FileStatus(string Name, long Length, DateTimeOffset Modified, bool IsDirectory)
{
    /// <summary>Reads a <c>FileStatus</c> of an answer.</summary>
    public static FileStatus Of(JsonElement status) => new(
        status.GetProperty("pathSuffix").GetString() ?? "",
        status.GetProperty("length").GetInt64(),
        DateTimeOffset.FromUnixTimeMilliseconds(status.GetProperty("modificationTime").GetInt64()),
        status.GetProperty("type").GetString() == "DIRECTORY");
}
