using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>A lease whose records are on their way. It is done when every record is reported, or was never sent.</summary>
internal sealed class PendingLease
{
    private readonly Action<PendingLease> _onDone;
    private readonly string _servers;
    private readonly Lock _sync = new();
    private bool[]? _failed;
    private Exception? _reason;
    private int _open;

    /// <param name="lease">The lease.</param>
    /// <param name="servers">The brokers, for messages.</param>
    /// <param name="onDone">Called once, on any thread.</param>
    public PendingLease(Lease lease, string servers, Action<PendingLease> onDone)
    {
        Lease = lease;
        _servers = servers;
        _onDone = onDone;
        _open = lease.Count;
        Report = OnReport;
    }

    public Lease Lease { get; }

    /// <summary>Given to the producer with every record of the lease: one delegate for all of them.</summary>
    public Action<DeliveryReport<byte[]?, FlumeEvent>> Report { get; }

    /// <summary>Whether any record was written; a sign of life of the brokers.</summary>
    public bool IsAnyWritten => _failed is null || Array.IndexOf(_failed, false) >= 0;

    /// <summary>These events and all behind them were not sent.</summary>
    public void FailFrom(int index, Exception reason)
    {
        int left;
        lock (_sync)
        {
            _failed ??= new bool[Lease.Count];
            _reason ??= reason;
            _failed.AsSpan(index).Fill(true);
            left = Interlocked.Add(ref _open, index - Lease.Count);
        }

        if (left == 0)
        {
            _onDone(this);
        }
    }

    /// <summary>Commits what was written and gives back the rest. On the graph's scheduler.</summary>
    public void Settle()
    {
        if (_failed is null)
        {
            Lease.Commit();
            return;
        }

        var written = new List<int>();
        var failed = new List<int>();
        for (var i = 0; i < _failed.Length; i++)
        {
            (_failed[i] ? failed : written).Add(i);
        }

        Lease.Commit([.. written]);
        Lease.Rollback([.. failed], _reason!);
    }

    private void OnReport(DeliveryReport<byte[]?, FlumeEvent> report)
    {
        if (report.Error.IsError)
        {
            MarkFailed(report);
        }

        if (Interlocked.Decrement(ref _open) == 0)
        {
            _onDone(this);
        }
    }

    private void MarkFailed(DeliveryReport<byte[]?, FlumeEvent> report)
    {
        var flumeEvent = report.Message.Value;
        lock (_sync)
        {
            _failed ??= new bool[Lease.Count];
            for (var i = 0; i < _failed.Length; i++)
            {
                if (!_failed[i] && ReferenceEquals(Lease.Events[i], flumeEvent))
                {
                    _failed[i] = true;
                    var text = DeliveryErrors.Explain(report.Error, report.TopicPartition, flumeEvent.Body.Length, _servers);
                    _reason ??= DeliveryErrors.IsForEver(report.Error.Code)
                        ? new PoisonEventException(text, i, new KafkaException(report.Error))
                        : new DeliveryException(text, new KafkaException(report.Error));
                    return;
                }
            }
        }
    }
}
