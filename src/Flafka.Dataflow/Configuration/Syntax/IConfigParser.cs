namespace Flafka.Dataflow;

/// <summary>Reads one format of configuration into a tree. Pure.</summary>
public interface IConfigParser
{
    /// <summary>Reads what can be read and reports the rest; never throws for bad text.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="origin">How the text is named in messages, usually the path of the file.</param>
    /// <param name="diagnostics">Gets the findings.</param>
    /// <returns>The root; its children are the agents.</returns>
    ConfigNode Parse(string text, string origin, DiagnosticBag diagnostics);
}
