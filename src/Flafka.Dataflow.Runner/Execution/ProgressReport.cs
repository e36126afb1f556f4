using System.Collections.Immutable;
using System.Globalization;
using Flafka.Dataflow.Runner.Output;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>Says how an agent gets on: on a terminal a line that changes every second, else one line a minute for each flow; totals at the end.</summary>
internal sealed partial class ProgressReport(AgentRuntime runtime, AgentGraph graph, GraphPlan plan, ConsoleOutput output, ILogger log)
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    private readonly ILogger _log = log;
    private readonly ImmutableArray<Flow> _flows = Flow.Of(plan);
    private readonly long _started = runtime.Time.GetTimestamp();

    /// <summary>Reports until the token fires.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        var period = output.IsTerminal ? TerminalPeriod : LogPeriod;
        var last = Total();
        var lastTime = _started;
        try
        {
            while (true)
            {
                await runtime.DelayAsync(period, ended);
                if (!output.IsTerminal)
                {
                    LogFlows();
                    continue;
                }

                var total = Total();
                var rate = (total.Out - last.Out) / Math.Max(0.001, runtime.Time.GetElapsedTime(lastTime).TotalSeconds);
                output.ShowProgress(string.Create(CultureInfo.InvariantCulture, $"{total}, {rate:N0} events/s"));
                (last, lastTime) = (total, runtime.Time.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
            output.EndProgress();
        }
    }

    /// <summary>The last line.</summary>
    public void LogTotals()
    {
        var total = Total();
        var seconds = runtime.Time.GetElapsedTime(_started).TotalSeconds;
        Ended(plan.Agent, total, seconds.ToString("N1", CultureInfo.InvariantCulture), (total.Out / Math.Max(0.001, seconds)).ToString("N0", CultureInfo.InvariantCulture));
    }

    private FlowFigures Total() => _flows.Aggregate(default(FlowFigures), (sum, flow) => sum + flow.Figures(graph));

    private void LogFlows()
    {
        foreach (var flow in _flows)
        {
            if (flow.LastProblem(graph) is { } problem)
            {
                FailingFlow(flow.Name, flow.Figures(graph), problem);
            }
            else
            {
                GoodFlow(flow.Name, flow.Figures(graph));
            }
        }
    }

    [LoggerMessage(RunnerEventIds.Flow, LogLevel.Information, "{Flow}: {Figures}.")]
    private partial void GoodFlow(string flow, FlowFigures figures);

    [LoggerMessage(RunnerEventIds.FlowWithProblem, LogLevel.Information, "{Flow}: {Figures}; last error: {Problem}")]
    private partial void FailingFlow(string flow, FlowFigures figures, string problem);

    [LoggerMessage(RunnerEventIds.Ended, LogLevel.Information, "Agent {Agent} ended: {Figures} in {Seconds} s, {Rate} events/s.")]
    private partial void Ended(string agent, FlowFigures figures, string seconds, string rate);
}
