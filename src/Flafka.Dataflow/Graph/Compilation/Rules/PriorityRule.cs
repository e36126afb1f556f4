namespace Flafka.Dataflow;

/// <summary>The priorities of a group are those of its own sinks, each different. Flume: of two equal ones the first sink is forgotten.</summary>
internal sealed class PriorityRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var group in agent.Groups)
        {
            if (group.Options is not ISinkPriorities ranks)
            {
                continue;
            }

            var node = group.Definition.Node;

            // A sink that is not defined, or a group without sinks, has an error of its own.
            string[] sinks = [.. NameList.Of(node.Child("sinks")).SelectMany(name => name.Split(','))];
            if (sinks.Length == 0)
            {
                continue;
            }

            var taken = new Dictionary<int, string>();
            foreach (var (key, sink, priority) in ranks.Priorities.OrderBy(rank => Array.IndexOf(sinks, rank.Sink)))
            {
                var path = $"{group.Definition.Id}.processor.{key}";
                var given = node.Find($"processor.{key}");
                if (!sinks.Contains(sink))
                {
                    diagnostics.Add(
                        Codes.PriorityOfStranger, path, given?.Span ?? node.Span, $"the sink '{sink}' is not in the group",
                        NearestKey.Hint(sink, sinks, "Sinks of the group"));
                }
                else if (!taken.TryAdd(priority, sink))
                {
                    diagnostics.Add(
                        Codes.EqualPriorities, path, given?.ValueSpan ?? node.Span, $"the sinks '{taken[priority]}' and '{sink}' have the same priority {priority}",
                        "Give each sink of the group a priority of its own; the highest is used first.");
                }
            }
        }
    }
}
