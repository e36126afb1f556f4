namespace Flafka.Dataflow.Runner.Output;

/// <summary>Columns of text, each as wide as its widest cell; the last one may be as long as it likes.</summary>
/// <param name="titles">The titles of the columns.</param>
internal sealed class TextTable(params string[] titles)
{
    private const int Gap = 2;

    private readonly List<string[]> _rows = [titles];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, OneLine.Escape));

    /// <summary>Writes the titles and the rows.</summary>
    public void Write(TextWriter output)
    {
        var widths = Enumerable.Range(0, titles.Length).Select(column => _rows.Max(row => row[column].Length) + Gap).ToArray();
        foreach (var row in _rows)
        {
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
