using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>The life of the producer: made, watched over, replaced, ended; and the settling of what it reports.</summary>
internal sealed partial class KafkaWriter
{
    /// <summary>Makes the producer. Without a start the first records do.</summary>
    public Task StartAsync() => Make();

    /// <summary>Ends the producer. What is on its way is not reported any more: whoever sent it gives it back.</summary>
    public Task StopAsync()
    {
        lock (_sync)
        {
            return _making = StopAsync(_making ?? Task.CompletedTask); // so that none is made meanwhile
        }
    }

    private async Task StopAsync(Task making)
    {
        await owner.Runtime.Hop();
        await Join.WithinAsync(owner.Runtime, making, Timeout.InfiniteTimeSpan, CancellationToken.None);
        await CloseAsync();
        _done.Clear();
        lock (_sync)
        {
            _making = null;
            _pending.Clear();
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private Task Make()
    {
        lock (_sync)
        {
            return _making is null || (_isSpent && _making.IsCompleted) || _making.IsFaulted ? _making = MakeAsync() : _making;
        }
    }

    private async Task MakeAsync()
    {
        await owner.Runtime.Hop();
        if (_producer is not null)
        {
            ProducerReplaced(owner.Id);
            if (!await Join.WithinAsync(owner.Runtime, WhenIdleAsync(), LastReportTime, CancellationToken.None))
            {
                Abandon();
            }

            await CloseAsync();
        }

        var servers = await owner.Runtime.External(() => EmbeddedKafka.Resolve(request.Servers, _log));
        var settings = ProducerSetup.Of(request, servers);
        foreach (var warning in settings.Warnings)
        {
            ClientWarning(owner.Id, warning);
        }

        ClientSettings(owner.Id, settings.Describe());
        var producer = await owner.Runtime.External(() =>
        {
            records.Prepare();
            return owner.Clients.CreateProducer(new ProducerSettings(settings, records.Serialize, OnError));
        });
        _topics.Clear();
        _ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _settling = owner.Runtime.Start(SettleAsync);
        _watching = owner.Runtime.Start(() => WatchTopicsAsync(producer));
        lock (_sync)
        {
            _isSpent = false;
            _producer = producer;
        }
    }

    // Not beside a call that puts records into it.
    private async Task CloseAsync()
    {
        lock (_sync)
        {
            _isSpent = true; // whoever begins later sees it, and whoever began before is counted
        }

        if (_producer is not { } producer)
        {
            return;
        }

        while (Volatile.Read(ref _sending) > 0)
        {
            await owner.Runtime.DelayAsync(QueueFullPause, CancellationToken.None);
        }

        _producer = null;
        _ending.SetResult();
        _news.Set();
        await Join.WithinAsync(owner.Runtime, Join.AllAsync([_settling, _watching]), Timeout.InfiniteTimeSpan, CancellationToken.None);
        await producer.CloseAsync();
        _brokers.Clear();
    }

    private void Abandon()
    {
        PendingRecords[] pending;
        lock (_sync)
        {
            pending = [.. _pending];
        }

        foreach (var one in pending)
        {
            one.Abandon(Replaced);
        }
    }

    // A topic that is deleted and made again has leaders of lower epochs than before, and the client takes what it is told of them for old news.
    private async Task WatchTopicsAsync(IKafkaProducer producer)
    {
        while (!await Join.WithinAsync(owner.Runtime, _ending.Task, TopicTime, CancellationToken.None))
        {
            if (!_brokers.IsAway && await _topics.FindMadeAnewAsync(producer, isWaiting: !WhenIdleAsync().IsCompleted) is { } topic)
            {
                MadeAnew(owner.Id, topic);
                _isSpent = true;
                _ = Make(); // kept, and awaited by the stop; nobody may be left to send anything
                return;
            }
        }
    }

    // On the graph's scheduler: what was sent is settled here, not on the producer's thread.
    private async Task SettleAsync()
    {
        var lastProbe = owner.Runtime.Time.GetTimestamp();
        while (true)
        {
            while (_done.TryDequeue(out var pending))
            {
                if (pending.IsAnyWritten)
                {
                    _brokers.OnAnswer();
                }

                pending.Settle();
                End(pending);
            }

            if (_ending.Task.IsCompleted)
            {
                return;
            }

            if (!_brokers.IsAway)
            {
                await _news.WaitAsync(CancellationToken.None);
            }
            else if (owner.Runtime.Time.GetElapsedTime(lastProbe) >= ProbeTime)
            {
                lastProbe = owner.Runtime.Time.GetTimestamp();
                if (_producer is { } producer && await producer.ProbeAsync())
                {
                    _brokers.OnAnswer(isSuccess: false);
                }
                else
                {
                    _brokers.OnNoAnswer();
                }
            }
            else
            {
                using var limit = new CancellationTokenSource(ProbeTime, owner.Runtime.Time);
                try
                {
                    await _news.WaitAsync(limit.Token);
                }
                catch (OperationCanceledException)
                {
                    // Time to ask the brokers again.
                }
            }
        }
    }

    private void OnError(Error error)
    {
        if (!_ending.Task.IsCompleted)
        {
            _brokers.OnError(error);
            _news.Set();
        }
    }

    [LoggerMessage(KafkaEventIds.ClientWarning, LogLevel.Warning, "{Component}: {Warning}")]
    private partial void ClientWarning(ComponentId component, string warning);

    [LoggerMessage(KafkaEventIds.ClientSettings, LogLevel.Debug, "{Component} starts a producer with {Settings}.")]
    private partial void ClientSettings(ComponentId component, string settings);

    [LoggerMessage(KafkaEventIds.ProducerReplaced, LogLevel.Warning, "{Component} replaces its Kafka client; some events may come twice.")]
    private partial void ProducerReplaced(ComponentId component);

    [LoggerMessage(KafkaEventIds.WrittenTopicMadeAnew, LogLevel.Warning, "{Component}: topic '{Topic}' was deleted and made again.")]
    private partial void MadeAnew(ComponentId component, string topic);
}
