using System.Collections.Immutable;

namespace Flafka.Dataflow.Paths;

/// <summary>
/// Tells to which bucket an event belongs. The usual event costs one comparison of references: its headers are those of the event before.
/// Then values are compared, and only when one differs is a path made. For one thread at a time.
/// </summary>
public sealed class BucketPath
{
    private const string TimestampHeader = "timestamp";

    private readonly PathTemplate _template;
    private readonly PathClock _clock;
    private readonly bool _useLocalTime;
    private readonly string[] _names;
    private readonly string?[] _values;
    private readonly Piece[] _pieces;
    private readonly long _timeUnit;
    private readonly TextBuffer _text = new();
    private EventHeaders? _headers;
    private bool _isKnown;
    private long _timeKey;
    private long _now;

    /// <summary>A resolver of one template.</summary>
    /// <param name="template">The pattern.</param>
    /// <param name="clock">Zone and rounding.</param>
    /// <param name="useLocalTime">The time is that of <see cref="Begin"/>, not the header's.</param>
    public BucketPath(PathTemplate template, PathClock clock, bool useLocalTime)
    {
        (_template, _clock, _useLocalTime) = (template, clock, useLocalTime);
        var names = new List<string>();
        var pieces = new List<Piece>();
        for (var i = 0; i < template.Parts.Length;)
        {
            var part = template.Parts[i];
            if (part.Kind is PathPartKind.Literal or PathPartKind.Date)
            {
                // Seconds stand alone, so that what changes by the minute at most is not made again with them.
                var run = TimeRun.IsOfSeconds(part)
                    ? [part]
                    : template.Parts.Skip(i)
                        .TakeWhile(static part => part.Kind is PathPartKind.Literal or PathPartKind.Date && !TimeRun.IsOfSeconds(part)).ToImmutableArray();
                pieces.Add(run.All(static part => part.Kind == PathPartKind.Literal)
                    ? new Piece(-1, string.Concat(run.Select(static part => part.Text)), null)
                    : new Piece(-1, null, new TimeRun(run)));
                i += run.Length;
                continue;
            }

            var isHeader = part.Kind == PathPartKind.Header || !useLocalTime;
            if (isHeader && !names.Contains(part.Text))
            {
                names.Add(part.Text);
            }

            pieces.Add(new Piece(isHeader ? names.IndexOf(part.Text) : -1, null, null));
            i++;
        }

        _pieces = [.. pieces];
        _names = [.. names];
        _values = new string?[_names.Length];
        _timeUnit = TimeUnit(template, clock.Rounding);
    }

    /// <summary>The resolved text for the event last asked about.</summary>
    public ReadOnlySpan<char> Text => _text.Text;

    /// <summary>The local clock for the events that follow.</summary>
    /// <param name="now">Milliseconds since the epoch.</param>
    public void Begin(long now)
    {
        _now = now;
        if (_useLocalTime)
        {
            _headers = null;
        }
    }

    /// <summary>Whether the text is the same as for the event before; else <see cref="Text"/> has changed.</summary>
    /// <param name="headers">The headers of the event.</param>
    /// <exception cref="FormatException">The event has no time, or none that can be used.</exception>
    public bool IsSame(EventHeaders headers) => ReferenceEquals(headers, _headers) || Compare(headers);

    private static long TimeUnit(PathTemplate template, TimeRounding? rounding)
    {
        // Nothing longer than a minute: zones have offsets that are no whole hours, and these change.
        if (template.Parts.Any(static part => part.Kind == PathPartKind.Timestamp))
        {
            return 1;
        }

        var hasSeconds = template.Parts.Any(TimeRun.IsOfSeconds);
        return hasSeconds && rounding is null or { Unit: RoundUnit.Second } ? 1000 : 60_000;
    }

    private bool Compare(EventHeaders headers)
    {
        var isSame = _isKnown;
        _isKnown = false;
        _headers = null;
        long milliseconds = 0;
        if (_template.NeedsTime)
        {
            milliseconds = _useLocalTime ? _now : Timestamp(headers);
            var key = PathClock.Floor(milliseconds, _timeUnit);
            isSame &= key == _timeKey && milliseconds > 0;
            _timeKey = key;
        }

        for (var i = 0; i < _names.Length; i++)
        {
            headers.TryGet(_names[i], out var value);
            isSame &= string.Equals(value, _values[i]);
            _values[i] = value;
        }

        if (!isSame)
        {
            Format(milliseconds);
        }

        _isKnown = true;
        _headers = headers;
        return isSame;
    }

    private void Format(long milliseconds)
    {
        if (_template.NeedsTime)
        {
            _clock.At(milliseconds); // also checks a time that no part shows
        }

        _text.Clear();
        foreach (ref readonly var piece in _pieces.AsSpan())
        {
            if (piece.Value >= 0)
            {
                _text.Append(_values[piece.Value]);
            }
            else if (piece.Literal is not null)
            {
                _text.Append(piece.Literal);
            }
            else if (piece.Time is not null)
            {
                piece.Time.Append(_text, _clock.At(milliseconds));
            }
            else
            {
                _text.Append(milliseconds);
            }
        }
    }

    private static long Timestamp(EventHeaders headers)
    {
        if (headers.TryGetInt64(TimestampHeader, out var milliseconds))
        {
            return milliseconds;
        }

        throw headers.TryGet(TimestampHeader, out var text)
            ? new FormatException($"The header 'timestamp' is '{text}', not a whole number of milliseconds since 1970")
            : new FormatException(
                "Expected timestamp in the Flume event headers, but it was null. Add the timestamp interceptor to the source, or let the sink take the local time where it has a key for that (hdfs.useLocalTimeStamp)");
    }

    /// <summary>A header value by its place, a literal, a run of time, or the milliseconds of the local clock.</summary>
    private readonly record struct Piece(int Value, string? Literal, TimeRun? Time);
}
