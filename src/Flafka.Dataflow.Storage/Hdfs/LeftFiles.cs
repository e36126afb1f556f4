using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Finishes files in use that no ledger knows: the ledger was lost, or it was Flume that left them. Whether their agent still runs cannot be seen;
/// that they were not written for long enough is all there is to go by.
/// </summary>
/// <param name="runtime">Clock and scheduler.</param>
/// <param name="files">Where they are.</param>
/// <param name="list">The entries of a folder, without following links.</param>
/// <param name="options">Which of them, and how.</param>
internal sealed partial class LeftFiles(
    AgentRuntime runtime, IFileSystem files, Func<string, CancellationToken, ValueTask<ImmutableArray<StorageEntry>>> list, LeftFileOptions options)
{
    private const int HeadBytes = 4096;

    /// <summary>The lease of a writer that is gone ends after a minute, and its file needs some seconds then.</summary>
    private static readonly TimeSpan MostWaiting = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ClosePause = TimeSpan.FromSeconds(10);

    /// <summary>Files on HDFS.</summary>
    public static LeftFiles On(WebHdfsClient client, string root, LeftFileOptions options) => new(
        client.Runtime,
        new WebHdfsFileSystem(root, client),
        async (folder, abort) => [.. (await client.ListAsync(folder[root.Length..], abort)).Select(status =>
            new StorageEntry($"{folder.TrimEnd('/')}/{status.Name}", status.Length, status.Modified, status.IsDirectory))],
        options);

    /// <summary>Finishes the files of a folder and the folders below it, or one file.</summary>
    public async IAsyncEnumerable<LeftFile> FinishAsync(StorageEntry entry, [EnumeratorCancellation] CancellationToken abort)
    {
        var waiting = new Stack<StorageEntry>([entry]);
        while (waiting.TryPop(out var next))
        {
            if (next.IsDirectory)
            {
                foreach (var below in (await list(next.Path, abort)).OrderByDescending(static below => below.Path, StringComparer.Ordinal))
                {
                    waiting.Push(below);
                }
            }
            else if (next.LastModified < options.Before && NamesOf(next.Path) is { } names)
            {
                yield return await FinishFileAsync(names, abort);
            }
        }
    }

    private async Task<LeftFile> FinishFileAsync(LedgerEntry names, CancellationToken abort)
    {
        try
        {
            if (!options.IsDryRun && !await TryCloseAsync(names.InUse, abort))
            {
                return new LeftFile(names.InUse, null, 0, 0, "somebody still writes it");
            }

            long length, whole;
            await using (var file = await files.TryOpenAsync(names.InUse, forWriting: false, abort) ?? throw new FileNotFoundException("it is gone"))
            {
                length = await file.LengthAsync(abort);
                var tail = options.Tail ?? await DetectAsync(file, names.Suffix, length, abort);
                if (tail is null)
                {
                    return new LeftFile(names.InUse, null, 0, 0, "its format cannot be told; name it with --format");
                }

                names = names with { Tail = tail };
                whole = await tail.FindWholeAsync(file, length, abort);
            }

            var final = options.IsDryRun ? (whole == 0 ? "" : names.Final) : await Recovery.TryRecoverAsync(files, names, isDurable: true, abort);
            return final is null
                ? new LeftFile(names.InUse, null, 0, 0, "somebody writes it again")
                : new LeftFile(names.InUse, final.Length == 0 ? null : final, whole, length - whole);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new LeftFile(names.InUse, null, 0, 0, failure.Message.TrimEnd('.'));
        }
    }

    // What the last writer wrote may be longer than what the cluster tells while it is open.
    private async Task<bool> TryCloseAsync(string path, CancellationToken abort)
    {
        var begin = runtime.Time.GetTimestamp();
        while (!await files.TryCloseAsync(path, abort))
        {
            if (runtime.Time.GetElapsedTime(begin) > MostWaiting)
            {
                return false;
            }

            await runtime.DelayAsync(ClosePause, abort);
        }

        return true;
    }

    private static async Task<FileTail?> DetectAsync(IStorageFile file, string suffix, long length, CancellationToken abort)
    {
        var head = new byte[Math.Min(length, HeadBytes)];
        await file.ReadExactlyAsync(head, 0, abort);
        if (FileTail.Detect(head, suffix) is not { } tail)
        {
            return null;
        }

        // Lines are what is left when it is nothing else; without one line feed that is no reason to delete a file.
        return tail == FileTail.Lines && length > 0 && await tail.FindWholeAsync(file, length, abort) == 0 ? null : tail;
    }

    private LedgerEntry? NamesOf(string path)
    {
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        if (name.Length <= options.InUsePrefix.Length + options.InUseSuffix.Length
            || !name.StartsWith(options.InUsePrefix, StringComparison.Ordinal) || !name.EndsWith(options.InUseSuffix, StringComparison.Ordinal))
        {
            return null;
        }

        var match = NameForm().Match(name[options.InUsePrefix.Length..^options.InUseSuffix.Length]);
        return match.Success && long.TryParse(match.Groups["counter"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            ? new LedgerEntry(path, path[..(slash + 1)] + match.Groups["stem"].Value, counter, match.Groups["suffix"].Value, FileTail.Unknown)
            : null;
    }

    // A counter begins with the milliseconds since 1970. Our names have the ledger's id behind the suffix, Flume's have none.
    [GeneratedRegex(@"^(?<stem>.*)\.(?<counter>[0-9]{13,18})(?<suffix>.*?)(\.[0-9a-f]{8})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex NameForm();
}
