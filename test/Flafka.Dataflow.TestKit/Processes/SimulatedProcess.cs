using System.Text;

namespace Flafka.Dataflow.TestKit;

/// <summary>A program that a script plays. It ends when the script does, or when it is killed.</summary>
public sealed class SimulatedProcess(int number, IReadOnlyList<string> command, int pipeBytes) : IRunningProcess
{
    private readonly SimulatedPipe _output = new(pipeBytes);
    private readonly SimulatedPipe _errors = new(pipeBytes);
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => 1000 + number;

    /// <summary>The program and what it was given.</summary>
    public IReadOnlyList<string> Command => command;

    /// <summary>What it will end with.</summary>
    public int ExitCode { get; set; }

    public bool HasEnded => _exit.Task.IsCompleted;

    /// <summary>Whether it was ended from outside.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>The program writes; waits while nobody reads.</summary>
    /// <exception cref="IOException">It was killed.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _output.WriteAsync(bytes, CancellationToken.None);

    /// <summary>The same for text.</summary>
    public ValueTask WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The same for its standard error.</summary>
    public ValueTask WriteErrorsAsync(string text) => _errors.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);

    /// <summary>Waits until it is killed.</summary>
    public Task WaitForEverAsync() => _exit.Task;

    public Task<int> ReadOutputAsync(Memory<byte> buffer) => _output.ReadAsync(buffer, CancellationToken.None).AsTask();

    public Task<int> ReadErrorsAsync(Memory<byte> buffer) => _errors.ReadAsync(buffer, CancellationToken.None).AsTask();

    public Task<int> WaitForExitAsync() => _exit.Task;

    public ValueTask DisposeAsync()
    {
        IsKilled |= !HasEnded;
        _output.Abandon();
        _errors.Abandon();
        End(137);
        return ValueTask.CompletedTask;
    }

    internal async Task PlayAsync(Func<int, SimulatedProcess, Task> script)
    {
        try
        {
            await script(number, this);
        }
        catch (IOException)
        {
            // killed while it wrote
        }

        End(ExitCode);
    }

    private void End(int code)
    {
        if (_exit.TrySetResult(code))
        {
            _output.End();
            _errors.End();
        }
    }
}
