using Polly;
using Polly.Retry;

namespace Flafka.Dataflow;

/// <summary>The retry policies of a graph. All wait by its clock and come back to its scheduler; components write no retry loops.</summary>
internal static class Resilience
{
    /// <summary>For a sink: after 1, 2, 3, 4, 5, 5 ... s, as long as the attempt gives back a failure. Flume's steps.</summary>
    /// <param name="time">The graph's clock.</param>
    /// <param name="wait">Another time to wait, for whoever knows better.</param>
    public static ResiliencePipeline<Exception?> BackOff(TimeProvider time, Func<TimeSpan?> wait) =>
        new ResiliencePipelineBuilder<Exception?> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Exception?>
            {
                ShouldHandle = static args => new ValueTask<bool>(args.Outcome.Result is not null),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Linear,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(5),
                DelayGenerator = _ => new ValueTask<TimeSpan?>(wait()),
            })
            .Build();

    /// <summary>For a component that does not start, or whose run ended by an exception: every 3 s, Flume's pace.</summary>
    /// <param name="time">The graph's clock.</param>
    /// <param name="beforeRetry">Told of each failure before the pause; cleans up.</param>
    public static ResiliencePipeline Restart(TimeProvider time, Func<Exception, ValueTask> beforeRetry) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static args => new ValueTask<bool>(
                    args.Outcome.Exception is not null && !args.Context.CancellationToken.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Constant,
                Delay = TimeSpan.FromSeconds(3),
                OnRetry = args => beforeRetry(args.Outcome.Exception!),
            })
            .Build();

    /// <summary>Runs under a policy on the graph's scheduler.</summary>
    public static async Task<T> RunAsync<T>(this ResiliencePipeline<T> policy, Func<ValueTask<T>> attempt, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancel);
        try
        {
            return await policy.ExecuteAsync(static (_, attempt) => attempt(), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Runs under a policy on the graph's scheduler.</summary>
    public static async Task RunAsync(this ResiliencePipeline policy, Func<ValueTask> attempt, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancel);
        try
        {
            await policy.ExecuteAsync(static (_, attempt) => attempt(), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
