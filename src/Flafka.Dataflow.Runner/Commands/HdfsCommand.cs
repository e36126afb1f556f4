using System.CommandLine;
using System.Globalization;
using Flafka.Dataflow.Storage.FileSystems;
using Flafka.Dataflow.Storage.FileSystems.WebHdfs;
using Flafka.Dataflow.Storage.Formats;
using Flafka.Dataflow.Storage.Hdfs;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka hdfs</c>: looks after files of hdfs sinks.</summary>
internal static class HdfsCommand
{
    private enum Format
    {
        Auto,
        Text,
        SequenceFile,
        Avro,
        Parquet,
        Gzip,
        Deflate,
        BZip2,
        Snappy,
    }

    public static Command Create() => new DocumentedCommand(
        "hdfs",
        "Looks after the files of hdfs sinks.",
        ("hdfs recover /logs --older-than 1d --dry-run", "what is left in use under /logs, and what would become of it"))
    {
        Recover(),
    };

    private static DocumentedCommand Recover()
    {
        var path = new Argument<string>("PATH") { HelpName = "PATH", Description = "A folder, with all below it, or one file: hdfs://HOST/PATH, or file:PATH on this machine. Without either it lies where the sinks' paths without a scheme lie." };
        var olderThan = new Option<TimeSpan>("--older-than")
        {
            HelpName = "T", Required = true, CustomParser = ParseTime,
            Description = "Only files that nobody has written for this long, such as 90m, 12h or 2d. Take more than any agent leaves a file open: a file that is finished while its agent still writes it is damaged.",
        };
        var format = LogOptions.Choice<Format>("--format", "The format of the files. Default: what each file shows; files that show nothing are left alone.");
        var prefix = new Option<string>("--in-use-prefix") { HelpName = "TEXT", DefaultValueFactory = static _ => "", Description = "hdfs.inUsePrefix of the sink. Default: none." };
        var suffix = new Option<string>("--in-use-suffix") { HelpName = "TEXT", DefaultValueFactory = static _ => ".tmp", Description = "hdfs.inUseSuffix of the sink. Default: .tmp." };
        var address = new Option<string?>("--webhdfs-address") { HelpName = "HOST:PORT", Description = "hdfs.webhdfsAddress of the sink, for files on HDFS." };
        var caFile = new Option<string?>("--ca-file") { HelpName = "FILE", Description = "hdfs.caFile of the sink, for files on HDFS over TLS." };
        var defaultFileSystem = ReadingOptions.DefaultFileSystemOption();
        var hadoop = ReadingOptions.HadoopOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be done and changes nothing." };
        var command = new DocumentedCommand(
            "recover",
            "Finishes files that an agent left in use and that no start will finish, because the list of them is lost or it was Flume that wrote them: "
            + "cuts a torn end, gives the final name, deletes what holds no event. Never overwrites. Of a sink with hdfs.commit = file delete such files instead: "
            + "what is in them was not committed and comes again. Exit code 1: some files were left alone.",
            ("hdfs recover /logs --older-than 1d --dry-run", "to look first"),
            ("hdfs recover /logs/2026-11-20 --older-than 12h --format text", "files of lines"),
            ("hdfs recover hdfs://namenode/logs --older-than 1d", "on HDFS; waits until the leases of writers that are gone have ended"))
        {
            path, olderThan, format, prefix, suffix, address, caFile, defaultFileSystem, hadoop, dryRun,
        };
        command.SetAction(async (parsed, stopping) =>
        {
            var before = AgentRuntime.System.Time.GetUtcNow() - parsed.GetValue(olderThan);
            var options = new LeftFileOptions(
                before, TailOf(parsed.GetValue(format)), parsed.GetValue(prefix)!, parsed.GetValue(suffix)!, parsed.GetValue(dryRun));
            if (options.InUsePrefix.Length + options.InUseSuffix.Length == 0)
            {
                Messages.Error("without --in-use-prefix and --in-use-suffix no file can be told from a finished one.");
                return ExitCode.InvalidConfiguration;
            }

            if (ReadingOptions.Host() is not { } host)
            {
                return ExitCode.InvalidConfiguration;
            }

            var settings = host with { DefaultFileSystem = parsed.GetValue(defaultFileSystem) ?? host.DefaultFileSystem, ConfigurationDirectory = parsed.GetValue(hadoop) };
            try
            {
                var system = new DefaultFileSystem(settings);
                var keys = new HdfsSinkOptions
                {
                    Path = system.Qualify(parsed.GetValue(path)!, out _), WebHdfsAddress = parsed.GetValue(address), CaFile = parsed.GetValue(caFile),
                };
                return await RecoverAsync(keys, system, options, stopping);
            }
            catch (FormatException fault)
            {
                Messages.Error(fault.Message.TrimEnd('.') + ".");
                return ExitCode.InvalidConfiguration;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Messages.Error(failure.Message.TrimEnd('.') + ".");
                return ExitCode.RuntimeFailure;
            }
        });
        return command;
    }

    private static async Task<int> RecoverAsync(HdfsSinkOptions keys, DefaultFileSystem system, LeftFileOptions options, CancellationToken stopping)
    {
        var path = keys.Path;
        var place = FileSystemPath.Parse(path);
        if (place.IsLocal)
        {
            var storage = new LocalStorage(AgentRuntime.System);
            var local = new LeftFiles(AgentRuntime.System, new LocalFileSystem(storage), storage.ListAsync, options);
            return await RecoverAsync(path, local, await storage.FindAsync(Path.GetFullPath(place.Path), stopping), options.IsDryRun, stopping);
        }

        if (!place.IsHdfs)
        {
            Messages.Error($"there is no file system '{place.Scheme}': begin the path with 'hdfs://', 'webhdfs://', 'swebhdfs://' or 'file:'.");
            return ExitCode.InvalidConfiguration;
        }

        ((INeedsHadoop)keys).Hadoop = system.Hadoop;
        var cluster = keys.Cluster(place);
        using var client = new WebHdfsClient(AgentRuntime.System, cluster, WebHdfsClient.NewHandler(cluster));
        var found = await client.StatusAsync(place.Path, stopping);
        StorageEntry? entry = found is null ? null : new StorageEntry(place.Root + place.Path, found.Length, found.Modified, found.IsDirectory);
        return await RecoverAsync(path, LeftFiles.On(client, place.Root, options), entry, options.IsDryRun, stopping);
    }

    private static async Task<int> RecoverAsync(string path, LeftFiles files, StorageEntry? entry, bool isDryRun, CancellationToken stopping)
    {
        if (entry is not { } start)
        {
            Messages.Error($"there is no '{path}'.");
            return ExitCode.InvalidConfiguration;
        }

        var (finished, deleted, left) = (0, 0, 0);
        await foreach (var file in files.FinishAsync(start, stopping))
        {
            Console.Out.WriteLine(Text(file, isDryRun));
            _ = file switch { { Problem: not null } => left++, { Final: null } => deleted++, _ => finished++ };
        }

        var would = isDryRun ? "would be " : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{finished} {would}finished, {deleted} {would}deleted, {left} left alone."));
        return left == 0 ? ExitCode.Success : ExitCode.RuntimeFailure;
    }

    private static string Text(LeftFile file, bool isDryRun)
    {
        var cut = file.CutBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {file.CutBytes} bytes cut off");
        var would = isDryRun ? "would be" : "is";
        return file switch
        {
            { Problem: { } problem } => $"{file.InUse}: left alone: {problem}.",
            { Final: { } final } => string.Create(CultureInfo.InvariantCulture, $"{file.InUse}: {would} '{Path.GetFileName(final)}', {file.Bytes} bytes{cut}."),
            _ => $"{file.InUse}: {would} deleted: no whole event in it{cut}.",
        };
    }

    private static FileTail? TailOf(Format format) => format switch
    {
        Format.Text => FileTail.Lines,
        Format.SequenceFile => FileTail.SequenceFile,
        Format.Avro => FileTail.Avro,
        Format.Parquet => FileTail.Parquet,
        Format.Gzip => FileTail.Gzip,
        Format.Deflate => FileTail.Zlib,
        Format.BZip2 => FileTail.BZip2,
        Format.Snappy => FileTail.Snappy,
        _ => null,
    };

    private static TimeSpan ParseTime(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit < TimeSpan.FromDays(36500).TotalSeconds)
        {
            return TimeSpan.FromSeconds(number * unit);
        }

        result.AddError($"--older-than is '{text}'; write a number and s, m, h or d, such as 90m or 2d.");
        return default;
    }
}
