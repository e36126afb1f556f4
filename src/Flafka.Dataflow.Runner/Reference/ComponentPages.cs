using System.Collections.Immutable;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>The components as the manual shows them: in the order of the data flow, then by name.</summary>
internal static class ComponentPages
{
    /// <summary>All components.</summary>
    public static ImmutableArray<ComponentDescriptor> Ordered { get; } =
        [.. KnownComponents.Registry.All.OrderBy(component => component.Kind).ThenBy(component => component.DisplayName, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The kind in one word that a command line and a file name can have.</summary>
    public static string Word(ComponentKind kind) => ValueConverters.Kebab(kind.ToString());

    /// <summary>The name in one word: the alias, else the last part of the Java class.</summary>
    public static string Word(ComponentDescriptor component) => component.DisplayName.Split('.')[^1].Split('$')[0].ToLowerInvariant();

    /// <summary>The text up to its first full stop.</summary>
    public static string FirstSentence(string? text) => text?.IndexOf(". ", StringComparison.Ordinal) is { } end and > 0 ? text[..(end + 1)] : text ?? string.Empty;

    /// <summary>The page of one component for a terminal.</summary>
    public static string Text(ComponentDescriptor component)
    {
        using var page = new StringWriter { NewLine = "\n" };
        page.WriteLine($"{TypeResolver.Words(component.Kind)} {component.DisplayName}");
        page.WriteLine($"  {component.Summary}");
        if (component.BetterThanFlume is { } better)
        {
            page.WriteLine($"  Better than in Flume: {better}");
        }

        var javaClasses = component.JavaClasses.Where(name => name != component.DisplayName).ToArray();
        if (javaClasses.Length > 0)
        {
            page.WriteLine($"  Also: {string.Join(", ", javaClasses)}");
        }

        foreach (var option in component.Options.Where(option => option.Ignored is null))
        {
            page.WriteLine();
            page.WriteLine($"  {option.Key}{(option.IsMap ? "*" : string.Empty)}  {OptionFacts.Of(option)}");
            page.WriteLine($"      {option.Summary}");
        }

        foreach (var option in component.Options.Where(option => option.Ignored is not null))
        {
            page.WriteLine();
            page.WriteLine($"  {option.Key}  (no meaning here)");
            page.WriteLine($"      {option.Ignored}");
        }

        return page.ToString();
    }
}
