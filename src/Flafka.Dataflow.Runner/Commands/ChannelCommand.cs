using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Runner.Output;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka channel</c>: looks into the directories of a file channel whose agent does not run.</summary>
internal static class ChannelCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private enum Format
    {
        Text,
        Json,
    }

    public static Command Create()
    {
        var channel = new DocumentedCommand(
            "channel",
            "Looks into the directories of a file channel whose agent does not run.",
            ("channel info /data/c1", "how many events are in it, file by file"),
            ("channel verify /data/c1 /data/c2", "whether every record is sound, for a script"))
        {
            Create("info", "Prints what the data directories of a file channel hold. Changes nothing.", Info),
            Create("verify", "Reads every record of the data directories of a file channel and prints what is damaged. Changes nothing. Exit code 1: something is.", Verify),
        };
        return channel;
    }

    private static DocumentedCommand Create(string name, string description, Func<List<ChannelInspector.Content>, Format, int> print)
    {
        var directories = new Argument<string[]>("DIR") { Arity = ArgumentArity.OneOrMore, HelpName = "DIR", Description = "Data directories (dataDirs) of the channel." };
        var format = LogOptions.Choice<Format>("--format", "Text (the default) or JSON.");
        var command = new DocumentedCommand(name, description, ($"channel {name} /data/c1", "of one directory"), ($"channel {name} /data/c1 --format json", "for a program that reads the answer"))
        {
            directories, format,
        };
        command.SetAction(async (parsed, stopping) =>
        {
            var inspector = new ChannelInspector(new LocalStorage(AgentRuntime.System), AgentRuntime.System);
            var found = new List<ChannelInspector.Content>();
            foreach (var directory in parsed.GetValue(directories)!)
            {
                try
                {
                    found.Add(await inspector.InspectAsync(Path.TrimEndingDirectorySeparator(directory), stopping));
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    Messages.Error(failure.Message.TrimEnd('.') + ".");
                    return failure is DirectoryNotFoundException or FileNotFoundException ? ExitCode.InvalidConfiguration : ExitCode.RuntimeFailure;
                }
            }

            return print(found, parsed.GetValue(format));
        });
        return command;
    }

    private static int Info(List<ChannelInspector.Content> found, Format format)
    {
        if (format == Format.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(found, Json));
            return ExitCode.Success;
        }

        var table = new TextTable("FILE", "BYTES", "EVENTS", "STATE");
        foreach (var content in found)
        {
            foreach (var file in content.Files)
            {
                table.Add(Path.Combine(content.Directory, file.Name), Text(file.Bytes), Text(file.Events), file.State);
            }
        }

        table.Write(Console.Out);
        Console.Out.WriteLine($"{found.Sum(static content => content.Events)} events wait for a sink, {found.Sum(static content => content.BodyBytes)} bytes of bodies.");
        return ExitCode.Success;
    }

    private static int Verify(List<ChannelInspector.Content> found, Format format)
    {
        var isSound = found.TrueForAll(static content => content.Damage.IsEmpty);
        if (format == Format.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new { IsSound = isSound, Directories = found }, Json));
            return isSound ? ExitCode.Success : ExitCode.RuntimeFailure;
        }

        foreach (var damage in found.SelectMany(static content => content.Damage))
        {
            Console.Out.WriteLine(damage);
        }

        foreach (var content in found)
        {
            Console.Out.WriteLine($"{content.Directory}: {(content.Damage.IsEmpty ? "sound" : "damaged; the next start passes the damage over and delivers the rest")}, {content.Events} events wait for a sink.");
        }

        return isSound ? ExitCode.Success : ExitCode.RuntimeFailure;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
