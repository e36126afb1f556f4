namespace Flafka.Dataflow;

/// <summary>In JSON an object of components is also the list of them; in properties the list is a key of its own. Adds that list.</summary>
internal static class JsonLists
{
    public static void Complete(ConfigTreeBuilder.MutableNode root)
    {
        foreach (var agent in root.Children)
        {
            foreach (var family in agent.Children.Where(child => AgentFamilies.IsFamily(child.Key)))
            {
                List(family);
                if (family.Key != AgentFamilies.Sources)
                {
                    continue;
                }

                foreach (var interceptors in family.Children.SelectMany(source => source.Children).Where(child => child.Key == "interceptors"))
                {
                    List(interceptors);
                }
            }
        }
    }

    private static void List(ConfigTreeBuilder.MutableNode node)
    {
        if (node.Value is null && node.Children.Count > 0)
        {
            node.Items = [.. node.Children.Select(child => child.Key)];
            node.Value = string.Join(' ', node.Items);
        }
    }
}
