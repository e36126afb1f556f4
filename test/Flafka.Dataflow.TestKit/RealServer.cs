using System.Diagnostics;

namespace Flafka.Dataflow.TestKit;

/// <summary>A real server for one run of tests, the one that a script of ours finds or starts.</summary>
/// <param name="script">The script's name in the folder <c>scripts</c>.</param>
/// <param name="variable">By what the script is told its folder.</param>
/// <param name="limit">How long one of its commands may take.</param>
public abstract class RealServer(string script, string variable, TimeSpan limit) : IDisposable
{
    private const int NoneToBeHad = 3;

    private readonly TempFolder _folder = new();
    private int _number;

    /// <summary>The last line of the script's <c>start</c>: where the server is.</summary>
    protected string Address { get; private set; } = string.Empty;

    /// <summary>Where the server keeps everything.</summary>
    protected string Folder => _folder["server"];

    /// <summary>What else the script finds in its environment.</summary>
    protected Dictionary<string, string> Variables { get; } = [];

    /// <summary>The folder of the scripts.</summary>
    protected static string Scripts { get; } = Path.Combine(Peers.Root(), "scripts");

    /// <summary>Finds or starts it.</summary>
    /// <returns>False when there is none to be had.</returns>
    protected bool Begin(params string[] arguments)
    {
        var (code, output) = Run(["start", .. arguments]);
        if (code == NoneToBeHad)
        {
            _folder.Dispose();
            return false;
        }

        Address = code == 0 ? output.Trim().Split('\n')[^1].Trim() : throw new InvalidOperationException($"scripts/{script} start failed.");
        return true;
    }

    /// <summary>Runs a command of the script.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Do(params string[] arguments) => Run(arguments) is (0, var output)
        ? output
        : throw new InvalidOperationException($"scripts/{script} {string.Join(' ', arguments)} failed.");

    /// <summary>A name that no other test has.</summary>
    protected string NewName() => $"flafka-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";

    /// <summary>Ends it and deletes its data.</summary>
    public void Dispose()
    {
        Do("stop");
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private (int Code, string Output) Run(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Scripts, script), arguments) { RedirectStandardOutput = true, Environment = { [variable] = Folder } };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"scripts/{script} {string.Join(' ', arguments)} did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult());
    }
}
