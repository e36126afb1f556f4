using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Flafka.Dataflow;

/// <summary>Summaries from the XML documentation file beside an assembly, read when somebody asks. Without the file there are none.</summary>
internal static class XmlDocs
{
    // What stands in <c> is kept between these, as Markdown does.
    private const char Mark = '`';

    private static readonly ConcurrentDictionary<Assembly, Lazy<FrozenDictionary<string, string>>> Files = new();

    public static string? Summary(Type type) => Plain(Markdown(type));

    public static string? Summary(PropertyInfo property) => Plain(Markdown(property));

    /// <summary>The summary as Markdown.</summary>
    public static string? Markdown(Type type) => Find(type.Assembly, "T:" + Name(type));

    /// <summary>The summary as Markdown.</summary>
    public static string? Markdown(PropertyInfo property) => Find(property.Module.Assembly, $"P:{Name(property.DeclaringType!)}.{property.Name}");

    private static string? Plain(string? markdown) => markdown?.Replace($"{Mark}", string.Empty, StringComparison.Ordinal);

    private static string? Find(Assembly assembly, string member) =>
        Files.GetOrAdd(assembly, key => new Lazy<FrozenDictionary<string, string>>(() => Read(key))).Value.GetValueOrDefault(member);

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static FrozenDictionary<string, string> Read(Assembly assembly)
    {
        var file = assembly.IsDynamic || assembly.Location.Length == 0 ? null : Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
        {
            return FrozenDictionary<string, string>.Empty;
        }

        try
        {
            return XDocument.Load(file).Descendants("member")
                .Where(member => member.Attribute("name") is not null && member.Element("summary") is not null)
                .DistinctBy(member => member.Attribute("name")!.Value)
                .ToFrozenDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!), StringComparer.Ordinal);
        }
        catch (Exception unreadable) when (unreadable is XmlException or IOException or UnauthorizedAccessException)
        {
            // A manual without summaries is better than an agent that does not start.
            return FrozenDictionary<string, string>.Empty;
        }
    }

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return string.Join(' ', NameList.Split(text.ToString()));
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
            {
                text.Append(words.Value);
            }
            else if (node is XElement inner)
            {
                var reference = inner.Attribute("cref")?.Value ?? inner.Attribute("langword")?.Value ?? inner.Attribute("name")?.Value;
                if (inner.IsEmpty && reference is not null)
                {
                    text.Append(reference[(reference.AsSpan().LastIndexOfAny('.', ':') + 1)..]);
                }
                else if (inner.Name == "c")
                {
                    text.Append(Mark);
                    Append(text, inner);
                    text.Append(Mark);
                }
                else
                {
                    Append(text, inner);
                }
            }
        }
    }
}
