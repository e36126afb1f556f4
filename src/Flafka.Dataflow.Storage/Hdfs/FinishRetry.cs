using Polly;
using Polly.Retry;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Tries to finish a file again and again, with pauses that a stop cuts short.</summary>
/// <param name="runtime">Clock and scheduler.</param>
/// <param name="pause">Time between two tries.</param>
/// <param name="mostTries">How many there are, with the one that has failed already; 0: until it works.</param>
internal sealed class FinishRetry(AgentRuntime runtime, TimeSpan pause, int mostTries)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly ResiliencePipeline<bool>? _pipeline = mostTries == 1 || pause <= TimeSpan.Zero ? null
        : new ResiliencePipelineBuilder<bool> { TimeProvider = runtime.Time }
            .AddRetry(new RetryStrategyOptions<bool>
            {
                ShouldHandle = static args => new ValueTask<bool>(args.Outcome is { Exception: null, Result: false }),
                MaxRetryAttempts = mostTries <= 0 ? int.MaxValue : mostTries - 1,
                BackoffType = DelayBackoffType.Constant,
                Delay = pause < LongestPause ? pause : LongestPause,
            })
            .Build();

    /// <summary>Tries after a failure.</summary>
    /// <param name="tryAsync">One try: whether it worked.</param>
    /// <param name="stopping">The next try is the last, and comes now.</param>
    /// <returns>Whether one worked.</returns>
    public async Task<bool> AgainAsync(Func<Task<bool>> tryAsync, CancellationToken stopping)
    {
        if (_pipeline is null)
        {
            return false;
        }

        var isFirst = true; // the failure at hand
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, stopping);
        try
        {
            return await _pipeline.ExecuteAsync(
                async _ =>
                {
                    if (isFirst)
                    {
                        isFirst = false;
                        return false;
                    }

                    return await tryAsync();
                },
                context);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Flume: a stop waits for the next try, which may be minutes away.
            return await tryAsync();
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
