using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Writes records that a source cannot decode to a topic of their own.</summary>
internal sealed partial class UndecodableTopic
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private const string MostBytes = "100000000"; // no consumer reads more; the topic's own bound decides
    private static readonly string[] Security = ["security.", "sasl.", "ssl."];

    private readonly ClientOwner _owner;
    private readonly KafkaWriter _writer;
    private readonly ILogger _log;
    private volatile string? _failure;

    public UndecodableTopic(KafkaSourceOptions source, ClientOwner owner)
    {
        (_owner, _log) = (owner, owner.Log);
        string[] headers = [UndecodableRecords.Header, source.TopicHeader, "partition", "offset"];
        var sink = new KafkaSinkOptions
        {
            Topic = source.UndecodableTopic!,
            AllowTopicOverride = false,
            TimestampHeader = "timestamp",
            Headers = headers.Distinct().ToImmutableDictionary(header => header),
        };
        _writer = new KafkaWriter(owner, new KafkaRecordBuilder(sink, static _ => { }), Request(source));
    }

    /// <summary>The source has no settings for a producer: it logs in as its consumer does.</summary>
    internal static ProducerRequest Request(KafkaSourceOptions source)
    {
        var given = source.Consumer.Where(pair => Array.Exists(Security, prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal)));
        return new ProducerRequest(source.BootstrapServers, new Dictionary<string, string>(given) { ["message.max.bytes"] = MostBytes }, "all")
        {
            Prefix = ConsumerSetup.Prefix,
            TopicKey = "undecodableTopic",
            SizeKey = null,
        };
    }

    /// <summary>What keeps them from being written.</summary>
    public string? Problem => _writer.Problem ?? _failure;

    /// <summary>Returns when all replicas in sync have them; tries for as long as that takes.</summary>
    public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken stopping)
    {
        while (true)
        {
            var pending = new Pending(events);
            await _writer.SendAsync(pending, stopping);
            if (!await Join.WithinAsync(_owner.Runtime, pending.Done, Timeout.InfiniteTimeSpan, stopping))
            {
                stopping.ThrowIfCancellationRequested();
            }

            if (await pending.Done is not var (failed, reason))
            {
                _failure = null;
                return;
            }

            if (_failure is null)
            {
                NotWritten(_owner.Id, reason.Message);
            }

            _failure = reason.Message;
            events = failed;
            await _owner.Runtime.DelayAsync(RetryPause, stopping);
        }
    }

    public Task StopAsync() => _writer.StopAsync();

    [LoggerMessage(KafkaEventIds.UndecodableNotWritten, LogLevel.Error, "{Source} cannot write undecodable records to their topic; they are tried again, and nothing behind them is read meanwhile: {Reason}")]
    private partial void NotWritten(ComponentId source, string reason);

    private sealed class Pending(ImmutableArray<FlumeEvent> events) : PendingRecords(events)
    {
        private readonly TaskCompletionSource<(ImmutableArray<FlumeEvent> Failed, Exception Reason)?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Those that were not written, and why; nothing when all were.</summary>
        public Task<(ImmutableArray<FlumeEvent> Failed, Exception Reason)?> Done => _done.Task;

        public override void Settle() => _done.TrySetResult(Failures() is var (_, failed) ? ([.. failed.Select(place => Events[place])], Reason!) : null);
    }
}
