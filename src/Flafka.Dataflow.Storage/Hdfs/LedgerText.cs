using System.Text;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What a ledger file says.</summary>
/// <param name="Owner">The id in the in-use names of its files.</param>
/// <param name="Holder">Which process writes it, or wrote it last.</param>
/// <param name="Entries">The files that were never reported finished.</param>
internal sealed record LedgerText(string Owner, string Holder, IReadOnlyCollection<LedgerEntry> Entries)
{
    private const string Title = "flafka files in use, version 1";

    /// <summary>Reads a ledger file; <see langword="null"/> when it is empty or missing.</summary>
    /// <exception cref="IOException">It is no ledger.</exception>
    public static async Task<LedgerText?> ReadAsync(IStorage storage, string path, CancellationToken abort)
    {
        if (await storage.FindAsync(path, abort) is not { Length: > 0 } found)
        {
            return null;
        }

        await using var file = await storage.OpenAsync(path, StorageMode.Read, abort);
        var bytes = new byte[found.Length];
        var length = 0;
        while (length < bytes.Length && await file.ReadAsync(bytes.AsMemory(length), length, abort) is > 0 and var read)
        {
            length += read;
        }

        return Parse(Encoding.UTF8.GetString(bytes, 0, length))
            ?? throw new IOException($"The list of files in use '{path}' cannot be read. Nothing was changed; move it away to start with an empty one, and look after the in-use files by hand.");
    }

    /// <summary>The text of a ledger file.</summary>
    public string ToText()
    {
        var text = new StringBuilder().Append(Title).Append('\t').Append(Owner).Append('\t').Append(Holder).Append('\n');
        foreach (var entry in Entries)
        {
            text.Append(entry.ToLine());
        }

        return text.ToString();
    }

    private static LedgerText? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0].Split('\t') is not [Title, { Length: > 0 } owner, var holder])
        {
            return null;
        }

        // What stands behind the last line feed was torn by a crash: its file was not made yet.
        var entries = new Dictionary<string, LedgerEntry>();
        foreach (var line in lines[1..^1])
        {
            if (LedgerEntry.TryParse(line, out var entry))
            {
                entries[entry.InUse] = entry;
            }
            else if (LedgerEntry.TryParseEnd(line, out var inUse))
            {
                entries.Remove(inUse);
            }
        }

        return new LedgerText(owner, holder, entries.Values);
    }
}
