namespace Flafka.Dataflow.Runner.Execution;

/// <summary>Tells when an agent has had nothing to do for a while: it is idle at every look, and nothing came in between two looks.</summary>
internal sealed class IdleWatch(AgentRuntime runtime, AgentGraph graph, TimeSpan idleFor)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Completes when the agent has been idle for long enough. To be called on the graph's scheduler: its sources answer there.</summary>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        var since = runtime.Time.GetTimestamp();
        var received = -1L;
        while (true)
        {
            var now = graph.Counters.Sum(counters => counters[FlumeCounter.EventReceivedCount]);
            if (!graph.IsIdle || now != received)
            {
                since = runtime.Time.GetTimestamp();
                received = now;
            }
            else if (runtime.Time.GetElapsedTime(since) >= idleFor)
            {
                return;
            }

            await runtime.DelayAsync(Period, cancel);
        }
    }
}
