namespace Flafka.Dataflow;

/// <summary>A file that nobody can read before it is finished is no place for events that are committed batch by batch: a crash would lose them.</summary>
internal sealed class WholeFileRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var sink in agent.Sinks)
        {
            foreach (var option in sink.Descriptor.Options)
            {
                if (sink.Options.GetType().GetProperty(option.Property)?.GetValue(sink.Options) is not ComponentChoice { CountsWhenFinished: true } choice
                    || sink.Options is ICommitsFiles { CommitsWholeFiles: true })
                {
                    continue;
                }

                var (path, span) = sink.KeyOf(option.Property);
                diagnostics.Add(
                    Codes.SerializerOfWholeFiles, path, span,
                    $"files of '{choice.TypeName}' can be read only when they are finished, but this sink commits batch by batch: a crash would lose events",
                    sink.Options is ICommitsFiles files ? $"Set {sink.Definition.Id}.{files.WholeFileSetting}." : "Use the sink 'hdfs', which can commit whole files.");
            }
        }
    }
}
