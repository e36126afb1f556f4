namespace Flafka.Dataflow.Runner.Tests.Hosting;

/// <summary>A service of the host that a sink asks for.</summary>
public sealed class Delivered
{
    private readonly Lock _sync = new();
    private readonly List<string> _texts = [];

    /// <summary>What was delivered so far.</summary>
    public string[] Texts
    {
        get
        {
            lock (_sync)
            {
                return [.. _texts];
            }
        }
    }

    public void Add(IEnumerable<string> texts)
    {
        lock (_sync)
        {
            _texts.AddRange(texts);
        }
    }
}
