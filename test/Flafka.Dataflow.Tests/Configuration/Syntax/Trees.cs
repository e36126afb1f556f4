using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

/// <summary>Short forms for tests about trees.</summary>
internal static class Trees
{
    public static ConfigNode Properties(string text, DiagnosticBag? diagnostics = null) => Clean(ConfigFormat.Properties, text, "agent.conf", diagnostics);

    public static ConfigNode Json(string text, DiagnosticBag? diagnostics = null) => Clean(ConfigFormat.Json, text, "agent.json", diagnostics);

    /// <summary>All keys with their values, in the order of the tree: <c>a.b=c</c>.</summary>
    public static string[] Flat(ConfigNode root) => [.. root.Leaves().Select(leaf => $"{leaf.Path}={leaf.Node.Value}")];

    public static string[] Codes(DiagnosticBag diagnostics) => [.. diagnostics.Items.Select(item => item.Code)];

    private static ConfigNode Clean(IConfigParser parser, string text, string origin, DiagnosticBag? diagnostics)
    {
        var bag = diagnostics ?? new DiagnosticBag();
        var root = parser.Parse(text, origin, bag);
        if (diagnostics is null)
        {
            Assert.That(DiagnosticRenderer.Render(bag.Items), Is.Empty);
        }

        return root;
    }
}
