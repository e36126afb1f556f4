namespace Flafka.Dataflow;

/// <summary>Flume's limits for files are made for trying out; where each file costs something they are hardly meant.</summary>
internal sealed class SmallFilesRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var sink in agent.Sinks)
        {
            if ((sink.Options as IMakesFiles)?.SmallFiles is not { } small)
            {
                continue;
            }

            var (path, span) = sink.KeyOf(small.Property);
            var origin = sink.Given(small.Property) is null ? ", which is Flume's default" : "";
            diagnostics.Add(
                Codes.SmallFiles, path, span,
                $"{small.What} hold {small.Limit} at most{origin}: each costs its writer and its readers much the same whatever it holds",
                $"Set for example {string.Join(", ", small.Settings.Select(setting => $"{sink.Definition.Id}.{setting}"))}.");
        }
    }
}
