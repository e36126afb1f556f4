namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>What reached the far side of one channel.</summary>
internal sealed class ChaosDelivery(ChaosRun run, string channel, bool isOrdered)
{
    private readonly Dictionary<string, int> _times = [];
    private readonly Dictionary<string, int> _last = [];

    public string Channel => channel;

    /// <summary>How often an event was delivered.</summary>
    public int Times(string text) => _times.GetValueOrDefault(text);

    public int Doubled => _times.Values.Count(times => times > 1);

    public void Deliver(ReadOnlySpan<FlumeEvent> events)
    {
        foreach (var flumeEvent in events)
        {
            var text = flumeEvent.ToString();
            var times = _times[text] = Times(text) + 1;
            if (times > 1 || !isOrdered)
            {
                continue;
            }

            var dash = text.IndexOf('-', StringComparison.Ordinal);
            var source = text[..dash];
            var number = int.Parse(text.AsSpan(dash + 1), System.Globalization.CultureInfo.InvariantCulture);
            run.Check(number > _last.GetValueOrDefault(source, -1), $"order: {text} came to {channel} after {source}-{_last.GetValueOrDefault(source, -1)}");
            _last[source] = number;
        }
    }
}
