namespace Flafka.Dataflow.TestKit;

/// <summary>Holds what it accepts until it is asked to flush, as a file does that never fills up.</summary>
public sealed class PatientSink : IHoldingSink
{
    private readonly List<Lease> _held = [];
    private readonly List<string> _texts = [];

    /// <summary>What it has committed.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public int MaxHeldEvents => 1_000_000;

    public ValueTask AcceptAsync(Lease lease, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(lease);
        _held.Add(lease);
        return ValueTask.CompletedTask;
    }

    public Task FlushAsync(CancellationToken abort)
    {
        foreach (var lease in _held)
        {
            _texts.AddRange(lease.Events.Select(e => e.ToString()));
            lease.Commit();
        }

        _held.Clear();
        return Task.CompletedTask;
    }
}
