using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>The built program as a child process.</summary>
internal sealed class FlafkaProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;
    private readonly Task _reading;
    private readonly AsyncSignal _written = new();

    private FlafkaProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts it with a few words.</summary>
    public static FlafkaProcess Start(params string[] args) => Start([], args);

    /// <summary>Starts it with additions to the environment.</summary>
    public static FlafkaProcess Start((string Name, string Value)[] environment, params string[] args) => StartIn(Environment.CurrentDirectory, environment, args);

    /// <summary>Starts it in a folder.</summary>
    public static FlafkaProcess StartIn(string folder, (string Name, string Value)[] environment, params string[] args)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        info.ArgumentList.Add(typeof(ExitCode).Assembly.Location);
        foreach (var arg in args)
        {
            info.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new FlafkaProcess(Process.Start(info)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var process = Start(args);
        return await process.EndAsync();
    }

    /// <summary>Waits for a line of its output that has this text in it.</summary>
    public async Task<string> LineAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var output = Output;
            if (Array.Find(output.Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) is { } found && output.EndsWith('\n'))
            {
                return found;
            }

            Assert.That(_reading.IsCompleted, Is.False, $"It ended without '{text}':\n{output}");
            try
            {
                await _written.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No '{text}' after {Patience}:\n{output}");
            }
        }
    }

    /// <summary>Sends a signal, for example <c>TERM</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end after {Patience}:\n{Output}");
        }

        await _reading;
        return (_process.ExitCode, Output, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Append(line).Append('\n');
            }

            _written.Set();
        }

        _written.Set();
    }
}
