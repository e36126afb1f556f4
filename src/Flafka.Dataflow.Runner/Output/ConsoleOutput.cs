namespace Flafka.Dataflow.Runner.Output;

/// <summary>
/// Lines, and on a terminal below them one line that changes. Thread-safe. An agent does not end because nobody reads its messages: what
/// cannot be written, to a full disk for example, is dropped.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="isTerminal">Whether a person sees it, on something that can clear a line.</param>
internal sealed class ConsoleOutput(TextWriter writer, bool isTerminal) : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private const int UsualWidth = 80;

    private readonly Lock _sync = new();
    private string _progress = string.Empty;

    /// <summary>Whether there is a line that changes.</summary>
    public bool IsTerminal { get; } = isTerminal;

    /// <summary>Standard output.</summary>
    /// <param name="format">For a program there is no line that changes.</param>
    public static ConsoleOutput Standard(LogFormat format) => new(
        Console.Out,
        format == LogFormat.Text && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line)
    {
        lock (_sync)
        {
            Write(_progress.Length == 0 ? line + '\n' : $"{ClearLine}{line}\n{_progress}");
        }
    }

    /// <summary>Puts a text in the place of the line that changes.</summary>
    public void ShowProgress(string text)
    {
        lock (_sync)
        {
            var width = (Console.WindowWidth is > 1 and var known ? known : UsualWidth) - 1; // a terminal without a known size says 0
            _progress = text.Length <= width ? text : text[..width];
            Write(ClearLine + _progress);
        }
    }

    /// <summary>Takes the line that changes away.</summary>
    public void EndProgress()
    {
        lock (_sync)
        {
            if (_progress.Length > 0)
            {
                _progress = string.Empty;
                Write(ClearLine);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndProgress();
        Write(null);
    }

    private void Write(string? text)
    {
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // See above; the latter is .NET's word for a standard output that is closed.
        }
    }
}
