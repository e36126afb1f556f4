using System.Collections.Immutable;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>
/// A user's block as a source. An event that was taken from the block cannot be put back, so it is taken only when the one before is delivered, and handed over
/// until the channels take it.
/// </summary>
internal sealed partial class BlockSource(ISourceBlock<FlumeEvent> block, int batchSize, ComponentContext context) : ISource
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly AgentRuntime _runtime = context.Runtime;
    private readonly ILogger _log = context.Loggers.CreateLogger<BlockSource>();
    private ImmutableArray<FlumeEvent> _taken = [];
    private volatile bool _isWaiting;
    private volatile bool _isStopped;
    private volatile string? _problem;

    public bool IsIdle => _isWaiting;

    public string? Problem => _problem;

    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        _isStopped = false;
        if (block is IReceivableSourceBlock<FlumeEvent> receivable)
        {
            await ReadAsync(receivable, output, stopping);
            return;
        }

        // A block made by DataflowBlock.Encapsulate can only be linked.
        var buffer = new BufferBlock<FlumeEvent>(new DataflowBlockOptions { BoundedCapacity = batchSize, TaskScheduler = _runtime.Scheduler });
        using (block.LinkTo(buffer, new DataflowLinkOptions { PropagateCompletion = true }))
        {
            await ReadAsync(buffer, output, stopping);
        }

        buffer.Complete(); // now it takes nothing more; what it has is delivered
        while (!Take(buffer).IsEmpty)
        {
            await DeliverAsync(output);
        }
    }

    public Task StopAsync(CancellationToken abort)
    {
        _isStopped = true;
        if (!_taken.IsEmpty)
        {
            Lost(_taken.Length, context.Id);
            _taken = [];
        }

        return Task.CompletedTask;
    }

    private async Task ReadAsync(IReceivableSourceBlock<FlumeEvent> from, ISourceOutput output, CancellationToken stopping)
    {
        while (await IsAvailableAsync(from, stopping))
        {
            if (!Take(from).IsEmpty)
            {
                await DeliverAsync(output);
            }
        }
    }

    // A block of the user's own completes on a scheduler of its own; the await comes back to the graph's.
#pragma warning disable RS0030
    private async Task<bool> IsAvailableAsync(IReceivableSourceBlock<FlumeEvent> from, CancellationToken stopping)
    {
        _isWaiting = true;
        try
        {
            if (!stopping.IsCancellationRequested && await from.OutputAvailableAsync(stopping))
            {
                return true;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _isWaiting = false;
        }

        return from.Completion is { IsFaulted: true } failed
            ? throw new InvalidOperationException($"The block failed: {failed.Exception.InnerException!.Message}", failed.Exception.InnerException)
            : false;
    }
#pragma warning restore RS0030

    private ImmutableArray<FlumeEvent> Take(IReceivableSourceBlock<FlumeEvent> from)
    {
        var events = ImmutableArray.CreateBuilder<FlumeEvent>();
        while (events.Count < batchSize && from.TryReceive(out var next))
        {
            events.Add(next);
        }

        return _taken = events.DrainToImmutable();
    }

    private async Task DeliverAsync(ISourceOutput output)
    {
        // Also while the agent stops: the time for draining is time for these events too.
        for (var settlement = await output.DeliverAsync(_taken, CancellationToken.None);
            !settlement.IsDelivered;
            settlement = await output.DeliverAsync(_taken, CancellationToken.None))
        {
            _problem = settlement.Reason!.Message;
            await _runtime.DelayAsync(Pause, CancellationToken.None);
            if (_isStopped)
            {
                return;
            }
        }

        _problem = null;
        _taken = [];
    }

    [LoggerMessage(EventIds.TakenAndLost, LogLevel.Error, "FLK6401: {Events} events that {Source} had taken from its block are lost: no channel took them in the time for draining.")]
    private partial void Lost(int events, ComponentId source);
}
