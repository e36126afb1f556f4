namespace Flafka.Dataflow;

/// <summary>Collects findings from phase to phase. Not thread-safe.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>The findings, in the order in which they were reported.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Whether the agent must not start.</summary>
    public bool HasErrors => _items.Exists(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Adds a finding.</summary>
    public void Report(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        _items.Add(diagnostic);
    }

    /// <summary>Takes a finding out; <see langword="null"/> when there is none of this code about this key.</summary>
    internal Diagnostic? Take(DiagnosticCode code, string path)
    {
        var index = _items.FindIndex(item => item.Code == code.Id && item.Path == path);
        if (index < 0)
        {
            return null;
        }

        var found = _items[index];
        _items.RemoveAt(index);
        return found;
    }
}
