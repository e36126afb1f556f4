namespace Flafka.Dataflow;

/// <summary>Members of one group that read different things: each start or stop of one makes the other pause.</summary>
internal sealed class GroupMemberRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        var members = new List<(IGroupMember Member, BoundComponent Component)>();
        foreach (var component in agent.All)
        {
            if (component.Options is not IGroupMember member)
            {
                continue;
            }

            var other = members.Find(item => item.Member.GroupId == member.GroupId && item.Member.GroupServer == member.GroupServer && item.Member.Reads != member.Reads);
            if (other.Member is not null)
            {
                var (path, span) = component.KeyOf(nameof(IGroupMember.GroupId));
                diagnostics.Add(
                    Codes.GroupReadsDifferently, path, span,
                    $"reads '{member.Reads}' in group '{member.GroupId}', in which {other.Component.Definition.Id} reads '{other.Member.Reads}': whenever one of them starts or stops, the other pauses",
                    $"Give each a group of its own, for example {path} = {member.GroupId}-{component.Definition.Id.Name}.");
            }

            members.Add((member, component));
        }
    }
}
