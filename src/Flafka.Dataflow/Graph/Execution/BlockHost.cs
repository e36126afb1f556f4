using System.Threading.Tasks.Dataflow;

namespace Flafka.Dataflow;

/// <summary>Makes the blocks of a graph: on its scheduler, one message at a time, unbounded in their options.</summary>
/// <remarks>
/// What goes into a block is bounded before: by the window of an ingress, by the slots of a feed. So a post fails only after completion,
/// and no postponed message can complete off the scheduler. A handler that fails is a bug in us: it is reported, and the agent ends.
/// Handlers are async methods, which never throw but return a failed task.
/// </remarks>
internal sealed class BlockHost(AgentRuntime runtime, Action<Exception> onFault)
{
    private readonly ExecutionDataflowBlockOptions _options = new() { TaskScheduler = runtime.Scheduler };

    public ActionBlock<T> Action<T>(Func<T, Task> handler) => new(
        message =>
        {
            var handling = handler(message);
            return handling.IsCompletedSuccessfully ? handling : ReportAsync(handling);
        },
        _options);

    public TransformManyBlock<T, T> Transform<T>(Func<T, Task<IEnumerable<T>>> handler) => new(
        message =>
        {
            var handling = handler(message);
            return handling.IsCompletedSuccessfully ? handling : ReportAsync(handling, []);
        },
        _options);

    public static void Link<T>(ISourceBlock<T> source, ITargetBlock<T> target) => source.LinkTo(target, new DataflowLinkOptions { PropagateCompletion = false });

    private async Task ReportAsync(Task handling)
    {
        try
        {
            await handling;
        }
#pragma warning disable CA1031 // deliberate: a faulted block would drop its input in silence
        catch (Exception bug)
#pragma warning restore CA1031
        {
            onFault(bug);
        }
    }

    private async Task<T> ReportAsync<T>(Task<T> handling, T none)
    {
        await ReportAsync(handling);
        return handling.IsCompletedSuccessfully ? await handling : none;
    }
}
