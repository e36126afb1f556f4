using System.Globalization;

namespace Flafka.Dataflow;

/// <summary>Says when a repeated failure is worth a line: at once when it is new, then once a minute with the number of times.</summary>
internal sealed class FailureLog(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private string? _last;
    private long _lastTold;
    private int _untold;

    /// <summary>What to say of this failure; <see langword="null"/> for nothing now.</summary>
    public string? Describe(Exception failure)
    {
        _untold++;
        if (failure.Message == _last && time.GetElapsedTime(_lastTold) < Period)
        {
            return null;
        }

        var text = failure.Message == _last ? string.Create(CultureInfo.InvariantCulture, $"{failure.Message} ({_untold} more times)") : failure.Message;
        _last = failure.Message;
        _lastTold = time.GetTimestamp();
        _untold = 0;
        return text;
    }
}
