using System.Collections.Immutable;
using System.CommandLine;

namespace Flafka.Dataflow.Runner.Commands;

/// <summary>A command whose help ends with command lines that can be copied.</summary>
/// <param name="name">The word that calls it.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Command lines without the program's name, each with what it does.</param>
internal sealed class DocumentedCommand(string name, string description, params ImmutableArray<(string Line, string Meaning)> examples) : Command(name, description)
{
    /// <summary>Command lines without the program's name, each with what it does.</summary>
    public ImmutableArray<(string Line, string Meaning)> Examples { get; } = examples;
}
