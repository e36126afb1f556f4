using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>Stands for the graph behind a source: settles each batch as the script says, and after a rejection rejects all until the source took note.</summary>
/// <param name="script">Gets the number of the batch, from 1; no settlement means it is held open until <see cref="SettleHeld"/>, and so are those behind it.</param>
public sealed class ScriptedOutput(Func<int, EventBatch, Settlement?>? script = null) : ISourceOutput
{
    private readonly List<EventBatch> _held = [];
    private readonly List<FlumeEvent> _delivered = [];
    private bool _isRejecting;

    /// <summary>Batches given so far.</summary>
    public int Batches { get; private set; }

    /// <summary>Numbers of events in them.</summary>
    public List<int> Sizes { get; } = [];

    /// <summary>Events whose receipts were settled as delivered, in that order.</summary>
    public IReadOnlyList<FlumeEvent> Delivered => _delivered;

    public IEnumerable<string> Texts => _delivered.Select(e => e.ToString());

    public int Held => _held.Count;

    /// <summary>Batches that met <see cref="IsBlocked"/>.</summary>
    public int Blocked { get; private set; }

    public int Acknowledged { get; private set; }

    public AsyncSignal Changed { get; } = new();

    /// <summary>Nothing is taken any more: a send waits until it is cancelled.</summary>
    public bool IsBlocked { get; set; }

    public async ValueTask<Settlement> DeliverAsync(ImmutableArray<FlumeEvent> events, CancellationToken stopping)
    {
        var answer = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(new EventBatch(events, Receipt.Create(answer.SetResult)), stopping);
        _isRejecting = false;
        return await answer.Task;
    }

    public async ValueTask SendAsync(EventBatch batch, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            while (IsBlocked)
            {
                Blocked++;
                Changed.Set();
                await new AsyncSignal().WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException cancelled)
        {
            batch.Receipt.Settle(Settlement.Rejected(cancelled));
            throw;
        }

        Batches++;
        Sizes.Add(batch.Count);
        if (_isRejecting)
        {
            Settle(batch, Settlement.Rejected(new InvalidOperationException("behind a rejected batch")));
        }
        else if ((script is null ? Settlement.Delivered : script(Batches, batch)) is { } settlement && (!settlement.IsDelivered || _held.Count == 0))
        {
            Settle(batch, settlement);
        }
        else
        {
            _held.Add(batch);
        }

        Changed.Set();
    }

    public void AcknowledgeRejection()
    {
        if (_held.Count > 0)
        {
            throw new InvalidOperationException("The source takes note of a rejection while it has batches in flight.");
        }

        _isRejecting = false;
        Acknowledged++;
    }

    /// <summary>Settles what is held, in the order sent.</summary>
    public void SettleHeld(Settlement settlement, int most = int.MaxValue)
    {
        foreach (var batch in _held.Take(most).ToArray())
        {
            _held.Remove(batch);
            Settle(batch, settlement);
        }
    }

    /// <summary>Waits until so many events are delivered.</summary>
    public async Task WhenDeliveredAsync(int count)
    {
        while (_delivered.Count < count)
        {
            await Changed.WaitAsync(CancellationToken.None);
        }
    }

    private void Settle(EventBatch batch, Settlement settlement)
    {
        if (settlement.IsDelivered)
        {
            _delivered.AddRange(batch.Events);
        }
        else
        {
            _isRejecting = true;
        }

        batch.Receipt.Settle(settlement);
        Changed.Set();
    }
}
