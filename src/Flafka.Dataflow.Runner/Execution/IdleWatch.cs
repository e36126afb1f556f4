namespace Flafka.Dataflow.Runner.Execution;

/// <summary>Tells when an agent has had nothing to do for a while: it is idle at every look, and nothing came in between two looks.</summary>
internal sealed class IdleWatch(AgentRuntime runtime, AgentGraph graph, TimeSpan idleFor)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Completes when the agent has been idle for long enough.</summary>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        var since = runtime.Time.GetTimestamp();
        var received = -1L;
        using var timer = new PeriodicTimer(idleFor < Period && idleFor > TimeSpan.Zero ? idleFor : Period, runtime.Time);
        while (true)
        {
            // Sources answer on the graph's scheduler.
            await runtime.Hop();
            var now = Received();
            if (!graph.IsIdle || now != received)
            {
                since = runtime.Time.GetTimestamp();
                received = now;
            }
            else if (runtime.Time.GetElapsedTime(since) >= idleFor)
            {
                return;
            }

            await timer.WaitForNextTickAsync(cancel);
        }
    }

    private long Received() => graph.Counters.Sum(counters => counters[FlumeCounter.EventReceivedCount]);
}
