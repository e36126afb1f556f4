using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.Runner.Reference;

/// <summary>The manual page of a component, from what its classes declare: for a terminal, and as Markdown.</summary>
internal static class ComponentPages
{
    /// <summary>All components in the order of the manual.</summary>
    public static ImmutableArray<ComponentDescriptor> Ordered { get; } =
    [
        .. KnownComponents.Registry.All.OrderBy(component => component.Kind).ThenBy(component => component.DisplayName, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>A kind in one word: <c>sink-processor</c>.</summary>
    public static string Word(ComponentKind kind) => TypeResolver.Words(kind).Replace(' ', '-').ToLowerInvariant();

    /// <summary>The name of the page's file.</summary>
    public static string File(ComponentDescriptor component) => $"{Word(component.Kind)}-{FileName(component)}.md";

    /// <summary>The first sentence of a summary.</summary>
    public static string FirstSentence(string? summary) => summary switch
    {
        null => string.Empty,
        _ when summary.IndexOf(". ", StringComparison.Ordinal) is var end and >= 0 => summary[..(end + 1)],
        _ => summary,
    };

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

    /// <summary>The page as Markdown.</summary>
    public static string Markdown(ComponentDescriptor component)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Capital(TypeResolver.Words(component.Kind))} `{component.DisplayName}`\n\n{component.Markdown}\n\n");
        if (component.BetterThanFlume is { } better)
        {
            text.Append(CultureInfo.InvariantCulture, $"Better than Flume's: {better}.\n\n");
        }

        if (component.JavaClasses.FirstOrDefault(name => name != component.DisplayName) is { } javaClass)
        {
            text.Append(CultureInfo.InvariantCulture, $"Flume's class, also taken as the type: `{javaClass}`.\n\n");
        }

        if (component.Status != ComponentStatus.Stable)
        {
            text.Append(CultureInfo.InvariantCulture, $"Status: {component.Status.ToString().ToLowerInvariant()}.\n\n");
        }

        AppendOptions(text, component);
        foreach (var isFull in new[] { false, true })
        {
            text.Append(isFull ? "## Every key\n\nWith its default where it has one.\n\n" : "## Example\n\n");
            text.Append("```properties\n").Append(ExampleConfiguration.Properties(component, isFull)).Append("```\n\n");
            text.Append("```json\n").Append(ExampleConfiguration.Json(component, isFull)).Append("```\n\n");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static void AppendOptions(StringBuilder text, ComponentDescriptor component)
    {
        text.Append("| key | type | default | unit | required | description |\n|---|---|---|---|---|---|\n");
        foreach (var (key, type, description) in OfTheGraph(component.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{key}` | {type} | | | yes | {description} |\n");
        }

        foreach (var option in component.Options.Where(option => option.Ignored is null))
        {
            var fallback = option.IsRequired ? string.Empty : OptionTexts.Default(option);
            var code = fallback.Length == 0 ? string.Empty : $"`{Cell(fallback)}`";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{OptionTexts.Key(option)}` | {Cell(OptionTexts.Type(option))} | {code} | {option.Unit} | {(option.IsRequired ? "yes" : string.Empty)} | {Cell(Description(option))} |\n");
        }

        text.Append('\n');
        var ignored = component.Options.Where(option => option.Ignored is not null).ToArray();
        if (ignored.Length > 0)
        {
            text.Append("Keys of Flume that are taken and have no effect, said in one line of information:\n\n| key | why |\n|---|---|\n");
            foreach (var option in ignored)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{OptionTexts.Key(option)}` | {Cell(Capital(option.Ignored!.TrimEnd('.')))}. |\n");
            }

            text.Append('\n');
        }
    }

    private static string Description(OptionDescriptor option)
    {
        var old = option.Deprecated.IsEmpty ? string.Empty : $" Old spelling, still taken: {string.Join(", ", option.Deprecated.Select(key => $"`{key}`"))}.";
        return $"{option.Markdown}{OptionTexts.Range(option)}{old}{(option.IsSecret ? " Never printed." : string.Empty)}";
    }

    private static (string Key, string Type, string Description)[] OfTheGraph(ComponentKind kind) => kind switch
    {
        ComponentKind.Source =>
        [
            ("type", "text", "The alias or the class."),
            ("channels", "names", "The channels that get the events, separated by blanks."),
        ],
        ComponentKind.Sink => [("type", "text", "The alias or the class."), ("channel", "name", "The channel to empty.")],
        ComponentKind.Channel or ComponentKind.Interceptor or ComponentKind.ConfigFilter => [("type", "text", "The alias or the class.")],
        ComponentKind.SinkProcessor => [("sinks", "names", "The sinks of the group, all on one channel."), ("processor.type", "text", "The alias or the class. Its own keys stand below `processor.`")],
        _ => [],
    };

    private static string FileName(ComponentDescriptor component)
    {
        var name = component.Alias.Length > 0 ? component.Alias : component.DisplayName.Replace("$Builder", string.Empty, StringComparison.Ordinal);
        return name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
