namespace Flafka.Dataflow;

/// <summary>A time in a path needs a timestamp in every event. Flume: such a sink fails on every batch, for ever.</summary>
internal sealed class TimestampRule : IRule
{
    private const string Header = "timestamp";

    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var sink in agent.Sinks)
        {
            if (sink.Options is not INeedsTimestamp { TimestampProperty: { } property } needs)
            {
                continue;
            }

            // A channel without a source gets its events from another agent.
            var without = agent.Sources
                .Where(source => source.Source.Definition.Channels.Intersect(sink.Definition.Channels).Any() && !MayBeSet(source))
                .Select(source => source.Source.Definition.Id.Name).ToArray();
            if (without.Length > 0)
            {
                var (path, span) = sink.KeyOf(property);
                diagnostics.Add(
                    Codes.NoTimestamp, path, span, $"the path has the time of the event, but nothing gives the events of {string.Join(", ", without)} a timestamp",
                    $"Set {sink.Definition.Id}.{needs.LocalTimeSetting}, or give the source the interceptor 'timestamp'.");
            }
        }
    }

    // An interceptor that could not be bound has an error of its own.
    private static bool MayBeSet(BoundSource source) => source.HasBrokenInterceptor
        || source.Interceptors.Prepend(source.Source).Any(component => component.Options is not ISetsHeaders sets || sets.MaySet(Header));
}
