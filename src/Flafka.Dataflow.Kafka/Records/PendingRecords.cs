using System.Collections.Immutable;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>Events whose records are on their way together. They are done when every record is reported, or was never sent.</summary>
internal abstract class PendingRecords
{
    private readonly Lock _sync = new();
    private bool[]? _failed;
    private TaskCompletionSource<bool>? _first;
    private int _open;

    protected PendingRecords(ImmutableArray<FlumeEvent> events)
    {
        Events = events;
        _open = events.Length;
        Report = OnReport;
    }

    public ImmutableArray<FlumeEvent> Events { get; }

    /// <summary>Given to the producer with every record: one delegate for all of them.</summary>
    public Action<DeliveryReport<byte[]?, FlumeEvent>> Report { get; }

    /// <summary>Told once, on any thread, that all are done. Set by the writer.</summary>
    public KafkaWriter? Writer { get; set; }

    /// <summary>Whether any record was written; a sign of life of the brokers.</summary>
    public bool IsAnyWritten => _failed is null || Array.IndexOf(_failed, false) >= 0;

    /// <summary>Why the first that failed did.</summary>
    protected Exception? Reason { get; private set; }

    /// <summary>Completes when the first record is reported, with whether it was written. Before anything is sent.</summary>
    public Task<bool> WatchFirst() => (_first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>These events and all behind them were not sent.</summary>
    public void FailFrom(int index, Exception reason)
    {
        int left;
        lock (_sync)
        {
            _failed ??= new bool[Events.Length];
            Reason ??= reason;
            _failed.AsSpan(index).Fill(true);
            left = Interlocked.Add(ref _open, index - Events.Length);
        }

        if (left == 0)
        {
            Writer!.OnDone(this);
        }
    }

    /// <summary>Nobody will report those that are not reported yet; all count as not written, as nobody noted which they were.</summary>
    public void Abandon(Exception reason)
    {
        lock (_sync)
        {
            _failed ??= new bool[Events.Length];
            Reason ??= reason;
            _failed.AsSpan().Fill(true);
        }

        if (Interlocked.Exchange(ref _open, 0) > 0)
        {
            Writer!.OnDone(this);
        }
    }

    /// <summary>Says what became of the events. On the graph's scheduler, once.</summary>
    public abstract void Settle();

    /// <summary>The places of events that were written, and of those that were not; <see langword="null"/> when all were.</summary>
    protected (int[] Written, int[] Failed)? Failures()
    {
        if (_failed is null)
        {
            return null;
        }

        var places = Enumerable.Range(0, _failed.Length).ToLookup(place => _failed[place]);
        return ([.. places[false]], [.. places[true]]);
    }

    private void OnReport(DeliveryReport<byte[]?, FlumeEvent> report)
    {
        if (report.Error.IsError)
        {
            MarkFailed(report);
        }

        _first?.TrySetResult(!report.Error.IsError);

        if (Interlocked.Decrement(ref _open) == 0)
        {
            Writer!.OnDone(this);
        }
    }

    private void MarkFailed(DeliveryReport<byte[]?, FlumeEvent> report)
    {
        var flumeEvent = report.Message.Value;
        lock (_sync)
        {
            _failed ??= new bool[Events.Length];
            for (var i = 0; i < _failed.Length; i++)
            {
                if (!_failed[i] && ReferenceEquals(Events[i], flumeEvent))
                {
                    _failed[i] = true;
                    Reason ??= Writer!.Failure(report.Error, report.TopicPartition, flumeEvent, i);
                    return;
                }
            }
        }
    }
}
