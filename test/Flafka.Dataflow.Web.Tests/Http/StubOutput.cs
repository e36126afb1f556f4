using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Flafka.Dataflow.Web.Tests.Http;

/// <summary>Takes batches and answers as told.</summary>
internal sealed class StubOutput : ISourceOutput
{
    private int _unreadable;

    public Func<ImmutableArray<FlumeEvent>, Task<Settlement>> Answer { get; set; } = _ => Task.FromResult(Settlement.Delivered);

    public ConcurrentQueue<ImmutableArray<FlumeEvent>> Batches { get; } = new();

    public int Unreadable => _unreadable;

    public async ValueTask<Settlement> DeliverAsync(ImmutableArray<FlumeEvent> events, CancellationToken stopping)
    {
        Batches.Enqueue(events);
        return await Answer(events);
    }

    public ValueTask SendAsync(EventBatch batch, CancellationToken stopping) => throw new NotSupportedException();

    public void AcknowledgeRejection() => throw new NotSupportedException();

    public void ReportUnreadable() => Interlocked.Increment(ref _unreadable);
}
