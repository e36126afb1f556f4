using System.Text.Json;

namespace Flafka.Dataflow;

/// <summary>What the JSON reader found wrong, in the words of somebody who wants to put it right.</summary>
internal static class JsonMistakes
{
    // A part of the reader's sentence; what to say in its place, or null to keep it; the remedy.
    private static readonly (string Sign, string? Reason, string Remedy)[] Known =
    [
        ("does not contain any JSON tokens", "it is empty", "Write { \"AGENT\": { \"sources\": { ... } } }."),
        ("depth to be zero", "it ends before every { and [ is closed", "Add the missing } or ]."),
        ("reached end of data", "it ends in the middle of a name or a value", "Add what is missing at the end."),
        ("is invalid after a value", null, "Add the comma, or the } or ], that is missing before it."),
        ("is invalid after a property name", null, "Add the colon that is missing before it."),
        ("start of a property name", null, "Names and texts stand in double quotes."),
        ("invalid start of a value", null, "Texts stand in double quotes."),
        ("invalid escapable character", null, "Write a backslash as \\\\."),
        ("is invalid within a JSON string", null, "Close the text on its own line; a line end in it is \\n, a tabulator \\t."),
        ("after a single JSON value", null, "Remove what stands behind the last }, or the } that is too much before it."),
    ];

    /// <summary>The reason and the remedy.</summary>
    public static (string Message, string? Remedy) Of(JsonException broken)
    {
        var text = broken.Message;
        var tail = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        text = (tail < 0 ? text : text[..tail]).TrimEnd('.', ' ');
        var known = Array.Find(Known, mistake => text.Contains(mistake.Sign, StringComparison.Ordinal));
        if (known.Reason is null && text.Length > 1 && char.IsAsciiLetterUpper(text[0]) && !char.IsAsciiLetterUpper(text[1]))
        {
            text = char.ToLowerInvariant(text[0]) + text[1..];
        }

        return ("the text is not JSON: " + (known.Reason ?? text), known.Remedy);
    }
}
