using System.Diagnostics;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>Readers that are not ours.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What Hadoop's <c>fs -text</c> prints of some files, one after the other.</summary>
    public static string HadoopText(IEnumerable<string> paths)
    {
        var folder = Peers.Require("hadoop", "HADOOP_PEER");
        using var state = new TempFolder();
        return Run(Path.Combine(folder, "hadoop"), ["--dir", state.Path, "text", .. paths.Select(static path => new Uri(path).AbsoluteUri)]);
    }

    /// <summary>What a tool of the system writes to its output; the test is skipped where it is not installed.</summary>
    public static string Run(string program, params string[] arguments) => RunIn(Environment.CurrentDirectory, "", program, arguments);

    /// <summary>The same in a folder and with an input.</summary>
    public static string RunIn(string folder, string input, string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Peers.Skip($"needs the program {program}");
        }

        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? output.GetAwaiter().GetResult() : throw new InvalidOperationException($"{program}: {errors.GetAwaiter().GetResult()}");
    }
}
