namespace Flafka.Dataflow;

/// <summary>From a text to the tree that the compiler takes: parse, overlay, substitute.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">Properties or JSON.</param>
    /// <param name="origin">How the text is named in messages, usually the path of the file; its extension helps to tell the format.</param>
    /// <param name="settings">Texts of the form <c>KEY=VALUE</c> that win over the text.</param>
    /// <param name="environment">Gives the value of an environment variable.</param>
    /// <param name="diagnostics">Gets the findings.</param>
    public static ConfigNode Read(string text, string origin, IEnumerable<string> settings, Func<string, string?> environment, DiagnosticBag diagnostics)
    {
        var root = ConfigFormat.Detect(origin, text).Parse(text, origin, diagnostics);
        root = ConfigurationOverlay.Apply(root, settings, diagnostics);
        return EnvironmentSubstitution.Apply(root, environment, diagnostics);
    }
}
