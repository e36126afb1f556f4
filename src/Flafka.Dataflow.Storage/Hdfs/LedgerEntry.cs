using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>One file as the ledger knows it: what it is called while it is written, and how it will be called.</summary>
/// <param name="InUse">The path while it is written.</param>
/// <param name="Stem">The final path up to the dot before the counter.</param>
/// <param name="Counter">The counter in both names; goes on when the final name is taken.</param>
/// <param name="Suffix">What follows the counter in the final path.</param>
/// <param name="Tail">How the whole part of it is found when a crash has torn it.</param>
internal sealed record LedgerEntry(string InUse, string Stem, long Counter, string Suffix, FileTail Tail)
{
    /// <summary>The final path.</summary>
    public string Final => FinalWith(Counter);

    /// <summary>Whether the file is written under its final name.</summary>
    public bool HasOneName => InUse == Final;

    /// <summary>The final path with another counter.</summary>
    public string FinalWith(long counter) => string.Create(CultureInfo.InvariantCulture, $"{Stem}.{counter}{Suffix}");

    /// <summary>The entry as a line of the ledger.</summary>
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"+\t{Tail.Name}\t{Counter}\t{Escape(InUse)}\t{Escape(Stem)}\t{Escape(Suffix)}\n");

    /// <summary>The line that says that a file is finished.</summary>
    public string ToEndLine() => $"-\t{Escape(InUse)}\n";

    /// <summary>Reads a line made by <see cref="ToLine"/>.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        var fields = line.Split('\t');
        entry = fields is ["+", var rule, var number, var inUse, var stem, var suffix]
            && long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var counter)
            ? new LedgerEntry(Unescape(inUse), Unescape(stem), counter, Unescape(suffix), FileTail.Named(rule))
            : null;
        return entry is not null;
    }

    /// <summary>Reads a line made by <see cref="ToEndLine"/>.</summary>
    public static bool TryParseEnd(string line, [NotNullWhen(true)] out string? inUse)
    {
        inUse = line.StartsWith("-\t", StringComparison.Ordinal) ? Unescape(line[2..]) : null;
        return inUse is not null;
    }

    private static string Escape(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\t", @"\t", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            plain.Append(text[++i] switch { 't' => '\t', 'n' => '\n', var other => other });
        }

        return plain.ToString();
    }
}
