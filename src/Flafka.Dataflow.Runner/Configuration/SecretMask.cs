using System.Collections.Frozen;

namespace Flafka.Dataflow.Runner.Configuration;

/// <summary>Puts stars in the place of secrets in a tree. A value that only refers to one, such as <c>${env:PASSWORD}</c>, stays.</summary>
internal static class SecretMask
{
    private static readonly FrozenSet<string> Keys = KnownComponents.Registry.All
        .SelectMany(component => component.Options).Where(option => option.IsSecret)
        .SelectMany(option => option.Deprecated.Append(option.Key)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The tree without its secrets.</summary>
    /// <param name="root">A tree as parsed, before anything was substituted.</param>
    /// <param name="masked">How many values are masked.</param>
    public static ConfigNode Apply(ConfigNode root, out int masked)
    {
        var count = 0;
        var result = root with { Children = [.. root.Children.Select(child => Visit(child, child.Key))] };
        masked = count;
        return result;

        ConfigNode Visit(ConfigNode node, string path)
        {
            var isSecret = node.Value is not null && IsSecret(path) && !IsReference(node.Value);
            count += isSecret ? 1 : 0;
            return node with
            {
                Value = isSecret ? OptionText.Masked : node.Value,
                Items = isSecret ? default : node.Items,
                Children = [.. node.Children.Select(child => Visit(child, $"{path}.{child.Key}"))],
            };
        }
    }

    private static bool IsSecret(string path)
    {
        var end = path[(path.LastIndexOf('.') + 1)..];
        return Keys.Contains(end) || OptionText.IsSecret(end) || Keys.Any(key => key.Contains('.', StringComparison.Ordinal) && path.EndsWith("." + key, StringComparison.Ordinal))
            || (end is "config" or "pem" or "key" && OptionText.IsSecret(path[(path.LastIndexOf('.', path.LastIndexOf('.', path.LastIndexOf('.') - 1) - 1) + 1)..]));
    }

    private static bool IsReference(string value) =>
        value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}') && value.IndexOf("${", 2, StringComparison.Ordinal) < 0 && !value.Contains(":-", StringComparison.Ordinal);
}
