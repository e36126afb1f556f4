using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

internal sealed partial class SinkSlot
{
    [LoggerMessage(EventIds.StartFailed, LogLevel.Error, "{Component} did not start and is tried again every 3 s; its events wait in the channel: {Problem}")]
    private partial void StartFailed(Exception failure, ComponentId component, string problem);

    [LoggerMessage(EventIds.StopFailed, LogLevel.Warning, "{Component} did not stop cleanly.")]
    private partial void StopFailed(Exception failure, ComponentId component);

    [LoggerMessage(EventIds.SinkLeftBehind, LogLevel.Warning, "{Sink} does not answer and is left behind; what it still writes may come twice.")]
    private partial void LeftBehind(ComponentId sink);

    [LoggerMessage(EventIds.DeliveryFailed, LogLevel.Warning, "{Sink} failed; its events stay in the channel and are tried again: {Problem}")]
    private partial void Failed(Exception failure, ComponentId sink, string problem);

    [LoggerMessage(EventIds.StillFailing, LogLevel.Warning, "{Sink} still fails, {Failures} times since the last report: {Problem}")]
    private partial void StillFailing(ComponentId sink, long failures, string problem);

    [LoggerMessage(EventIds.PoisonEvent, LogLevel.Error, "FLK6301: {Sink} can never write event {Index} of its batch and tries again; events behind it wait: {Problem}")]
    private partial void Poison(ComponentId sink, int index, string problem);

    [LoggerMessage(EventIds.DeliveryResumed, LogLevel.Information, "{Sink} delivers again.")]
    private partial void Resumed(ComponentId sink);

    [LoggerMessage(EventIds.SinkAbandoned, LogLevel.Error, "{Sink} hangs: its instance is abandoned and a new one takes over. What it still writes may come twice.")]
    private partial void Abandoned(ComponentId sink);
}
