using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka version</c>: what runs here.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("version", "Prints the versions of the program and of what it runs on.", ("version", "for a report of a problem"));
        command.SetAction(_ => Print());
        return command;
    }

    private static void Print()
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Console.Out.WriteLine($"Flafka {version.Split('+')[0]}");
        if (version.Split('+') is [_, var revision])
        {
            Console.Out.WriteLine($"Revision: {revision}");
        }

        Console.Out.WriteLine($"Runs on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        Console.Out.WriteLine($"Reads configurations of Apache Flume 1.11; {KnownComponents.Registry.All.Count} components");
    }
}
