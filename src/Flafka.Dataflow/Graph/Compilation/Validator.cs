using System.Collections.Immutable;

namespace Flafka.Dataflow;

/// <summary>Third phase: rules that look at more than one component.</summary>
internal static class Validator
{
    private static readonly ImmutableArray<IRule> Rules =
    [
        new ChannelUseRule(), new BatchSizeRule(), new ExclusiveResourcesRule(), new SinkGroupRule(), new PriorityRule(), new SelectorRule(), new AcknowledgeRule(),
        new TimestampRule(), new HeldEventsRule(), new ListenerRule(), new GroupMemberRule(), new WholeFileRule(), new SmallFilesRule(),
    ];

    public static void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var rule in Rules)
        {
            rule.Check(agent, diagnostics);
        }
    }
}
