using System.CommandLine;
using Flafka.Dataflow.Runner.Output;
using Flafka.Dataflow.Runner.Reference;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary><c>flafka components</c>: what a configuration may name, and the options of one of them.</summary>
internal static class ComponentsCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("words")
        {
            Arity = new ArgumentArity(0, 2),
            HelpName = "KIND or NAME",
            Description = $"A kind ({string.Join(", ", Kinds())}), a component by its alias or Java class, or both.",
        };
        words.CompletionSources.Add(_ => Kinds().Concat(KnownComponents.Registry.All.Select(component => component.DisplayName)).Distinct()
            .Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        var command = new DocumentedCommand(
            "components",
            "Lists the components there are, or the options of one.",
            ("components", "all of them"),
            ("components source", "the sources"),
            ("components spooldir", "the options of one"),
            ("components sink kafka", "the same where two have one name"))
        {
            words,
        };
        command.SetAction(parsed => Show(parsed.GetValue(words)!));
        return command;
    }

    private static int Show(string[] words)
    {
        var kind = words.Length > 0 ? Kind(words[0]) : null;
        var found = words switch
        {
            [] => ComponentPages.Ordered,
            [_] when kind is not null => ComponentPages.Ordered.Where(component => component.Kind == kind),
            [var name] => ComponentPages.Ordered.Where(component => IsNamed(component, name)),
            [_, var name] => ComponentPages.Ordered.Where(component => component.Kind == kind && IsNamed(component, name)),
            _ => [],
        };
        var components = found.ToArray();
        if (components.Length == 0)
        {
            var known = ComponentPages.Ordered.Where(component => kind is null || component.Kind == kind).Select(component => component.DisplayName).ToArray();
            var hint = NearestKey.Hint(words[^1], words.Length == 1 ? [.. Kinds(), .. known] : known, "There are");
            Messages.Error($"there is no {(kind is null ? "kind or component" : TypeResolver.Words(kind.Value))} '{words[^1]}'. {hint ?? "'flafka components' lists what there is."}");
            return ExitCode.InvalidConfiguration;
        }

        if (words.Length == 0 || (words.Length == 1 && kind is not null))
        {
            var table = new TextTable("KIND", "TYPE", "WHAT IT DOES");
            foreach (var component in components)
            {
                table.Add(TypeResolver.Words(component.Kind), component.DisplayName, ComponentPages.FirstSentence(component.Summary));
            }

            table.Write(Console.Out);
            return ExitCode.Success;
        }

        Console.Out.Write(string.Join('\n', components.Select(ComponentPages.Text)));
        return ExitCode.Success;
    }

    private static bool IsNamed(ComponentDescriptor component, string name) =>
        component.Alias.Equals(name, StringComparison.OrdinalIgnoreCase) || component.JavaClasses.Contains(name) || component.Implementation.FullName == name;

    private static IEnumerable<string> Kinds() => ComponentPages.Ordered.Select(component => ComponentPages.Word(component.Kind)).Distinct();

    // One or many, in one word: source, sources, sink-processor.
    private static ComponentKind? Kind(string word) => Array.Find(
        Enum.GetValues<ComponentKind>().Cast<ComponentKind?>().ToArray(),
        kind => ComponentPages.Word(kind!.Value) is var singular
            && (word.Equals(singular, StringComparison.OrdinalIgnoreCase) || word.Equals(singular + "s", StringComparison.OrdinalIgnoreCase) || word.Equals(kind.ToString(), StringComparison.OrdinalIgnoreCase)));
}
