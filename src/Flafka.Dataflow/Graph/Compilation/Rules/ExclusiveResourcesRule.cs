namespace Flafka.Dataflow;

/// <summary>Two components do not want one port or one directory.</summary>
internal sealed class ExclusiveResourcesRule : IRule
{
    private const string Directory = "dir:";

    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        var taken = new List<(string Resource, BoundComponent Owner)>();
        var reported = new HashSet<(BoundComponent, BoundComponent)>();
        foreach (var component in agent.All)
        {
            if (component.Options is not IExclusiveResources exclusive)
            {
                continue;
            }

            foreach (var resource in exclusive.Resources)
            {
                var (other, owner) = taken.Find(item => Clash(item.Resource, resource));
                if (owner is null)
                {
                    taken.Add((resource, component));
                }
                else if (reported.Add((owner, component)))
                {
                    var same = ReferenceEquals(owner, component);
                    var what = IsDirectory(resource) ? "directory" : "address";
                    var needs = $"needs the {what} '{Name(resource)}'";
                    var has = Name(other) == Name(resource) ? "it" : $"'{Name(other)}'";
                    diagnostics.Add(
                        Codes.ResourceClash, component.Definition.Id.ToString(), component.Definition.Node.Span,
                        same ? $"{needs} twice" : $"{needs} for itself, but {owner.Definition.Id} has {has}",
                        same ? $"Name each {what} once." : $"Give one of the two another {what}; the other stands at {owner.Definition.Node.Span}.");
                }
            }
        }
    }

    // An address that means every interface takes the port from all of them; port 0 is a free one.
    private static bool Clash(string left, string right)
    {
        (left, right) = (Normal(left), Normal(right));
        if (string.Equals(left, right, StringComparison.Ordinal))
        {
            return !left.EndsWith(":0", StringComparison.Ordinal);
        }

        return Address(left) is var (leftScheme, leftHost, leftPort) && Address(right) is var (rightScheme, rightHost, rightPort)
            && leftScheme == rightScheme && leftPort == rightPort && leftPort != "0" && (IsEvery(leftHost) || IsEvery(rightHost));
    }

    private static bool IsDirectory(string resource) => resource.StartsWith(Directory, StringComparison.Ordinal);

    private static string Normal(string resource) =>
        IsDirectory(resource) ? resource.TrimEnd('/')
        : Address(resource) is ({ } scheme, "localhost", { } port) ? $"{scheme}:127.0.0.1:{port}"
        : resource;

    private static string Name(string resource) => resource[(resource.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static bool IsEvery(string host) => host is "0.0.0.0" or "[::]" or "::" or "*" or "";

    private static (string Scheme, string Host, string Port)? Address(string resource)
    {
        var first = resource.IndexOf(':', StringComparison.Ordinal);
        var last = resource.LastIndexOf(':');
        return first > 0 && last > first && resource[..first] is "tcp" or "udp"
            ? (resource[..first], resource[(first + 1)..last], resource[(last + 1)..])
            : null;
    }
}
