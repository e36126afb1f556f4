using System.ComponentModel;
using System.Diagnostics;

namespace Flafka.Dataflow.Components.ConfigFilters;

/// <summary>Runs a program for each value: the first line that it writes is the value.</summary>
[ConfigFilter("external", JavaClass = "org.apache.flume.configfilter.ExternalProcessConfigFilter", RunsCommands = true)]
public sealed class ExternalProcessFilter(ExternalProcessFilterOptions options) : IConfigFilter
{
    // A value is one line; a program that writes without end is stopped.
    private const int MostCharacters = 64 * 1024;

    /// <inheritdoc/>
    public string? Find(string key)
    {
        string[] command = options.Command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        using var process = Start(command, key);
        using var timer = new CancellationTokenSource(options.Timeout);
        using var kill = timer.Token.UnsafeRegister(static started => Kill((Process)started!), process);
        var buffer = new char[MostCharacters];
        var length = process.StandardOutput.ReadBlock(buffer);
        if (length == MostCharacters)
        {
            Kill(process);
            throw new InvalidOperationException($"'{command[0]}' wrote more than {MostCharacters} characters");
        }

        process.WaitForExit();
        if (timer.IsCancellationRequested)
        {
            throw new InvalidOperationException($"'{command[0]}' did not end within {options.Timeout.TotalSeconds:0} s");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{command[0]}' ended with exit code {process.ExitCode}");
        }

        if (length == 0)
        {
            throw new InvalidOperationException($"'{command[0]}' wrote nothing");
        }

        // Flume: further lines are logged as a warning and not used.
        var line = buffer.AsSpan(0, length);
        var end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).ToString();
    }

    private Process Start(string[] command, string key)
    {
        // What it writes to standard error is the operator's to see, so it stays ours.
        var start = new ProcessStartInfo(command[0], command.Skip(1).Append(key))
        {
            RedirectStandardOutput = true, StandardOutputEncoding = options.Encoding, UseShellExecute = false,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            // The message of the exception itself names the working directory too.
            var why = new Win32Exception(failure.NativeErrorCode).Message;
            throw new InvalidOperationException($"'{command[0]}' cannot be started: {why.TrimEnd('.')}", failure);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is AggregateException or Win32Exception or InvalidOperationException)
        {
            // It has ended by itself, or belongs to somebody else by now.
        }
    }
}
