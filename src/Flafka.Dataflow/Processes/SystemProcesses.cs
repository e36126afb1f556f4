using System.ComponentModel;
using System.Diagnostics;

namespace Flafka.Dataflow;

/// <summary>The programs of the machine. Reads of their output block a thread each, because pipes know no other way.</summary>
internal sealed class SystemProcesses(AgentRuntime runtime) : IProcesses
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public async Task<IRunningProcess> StartAsync(string file, IReadOnlyList<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exit.TrySetResult(process.ExitCode);
        try
        {
            await runtime.External(process.Start);
        }
        catch (Win32Exception failure)
        {
            process.Dispose();
            throw new DeliveryException($"the command '{file}' cannot be started: {failure.Message}", failure);
        }

        process.StandardInput.Close();
        return new Running(runtime, process, exit.Task);
    }

    private sealed class Running(AgentRuntime runtime, Process process, Task<int> exit) : IRunningProcess
    {
        private readonly Stream _output = process.StandardOutput.BaseStream;
        private readonly Stream _errors = process.StandardError.BaseStream;

        public int Id { get; } = process.Id;

        public Task<int> ReadOutputAsync(Memory<byte> buffer) => ReadAsync(_output, buffer);

        public Task<int> ReadErrorsAsync(Memory<byte> buffer) => ReadAsync(_errors, buffer);

        // Not Process.WaitForExitAsync: it also waits for whoever inherited the output.
        public Task<int> WaitForExitAsync() => exit;

        public async ValueTask DisposeAsync()
        {
            // Flume: asks the process to end, and leaves those that it started.
            await runtime.External(() =>
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                    return true;
                }
                catch (Exception failure) when (failure is AggregateException or Win32Exception or InvalidOperationException)
                {
                    return false; // it has ended, or belongs to somebody else by now
                }
            });
            if (await Join.WithinAsync(runtime, exit, Grace, CancellationToken.None))
            {
                process.Dispose();
            }
        }

        private Task<int> ReadAsync(Stream stream, Memory<byte> buffer) => runtime.External(async () =>
        {
            try
            {
                return await stream.ReadAsync(buffer);
            }
            catch (Exception failure) when (failure is ObjectDisposedException or IOException)
            {
                return 0;
            }
        });
    }
}
