using System.Collections.Immutable;

namespace Flafka.Dataflow.Paths;

/// <summary>Neighbouring parts of a template that depend on the time alone. Their text is kept as long as it stays the same.</summary>
internal sealed class TimeRun(ImmutableArray<PathPart> parts)
{
    private readonly bool _hasSeconds = parts.Any(IsOfSeconds);
    private readonly TextBuffer _text = new();
    private long _key = long.MinValue;

    /// <summary>Whether the text of a part changes within a minute.</summary>
    public static bool IsOfSeconds(PathPart part) => part.Kind == PathPartKind.Date && DateLetters.HasSeconds(part.Letter);

    /// <summary>Appends the text of a moment.</summary>
    /// <param name="output">Gets the text.</param>
    /// <param name="time">The moment, rounded.</param>
    public void Append(TextBuffer output, in LocalTime time)
    {
        // The same minute of the same epoch has the same offset, so these parts cannot differ.
        var key = _hasSeconds || time.EpochSeconds <= 0 ? time.EpochSeconds : time.EpochSeconds / 60;
        if (key != _key || time.EpochSeconds <= 0)
        {
            _key = key;
            _text.Clear();
            foreach (ref readonly var part in parts.AsSpan())
            {
                if (part.Kind == PathPartKind.Date)
                {
                    DateLetters.Append(_text, part.Letter, time);
                }
                else
                {
                    _text.Append(part.Text);
                }
            }
        }

        output.Append(_text.Text);
    }
}
