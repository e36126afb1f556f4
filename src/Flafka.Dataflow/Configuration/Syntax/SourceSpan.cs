namespace Flafka.Dataflow;

/// <summary>Where a piece of configuration was written.</summary>
/// <param name="Origin">A file, or "environment", or "command line".</param>
/// <param name="Line">1 for the first line; 0 where there are no lines.</param>
/// <param name="Column">1 for the first column, counted in UTF-16 units.</param>
public readonly record struct SourceSpan(string Origin, int Line, int Column)
{
    /// <summary>As editors understand it: <c>agent.conf(12,5)</c>.</summary>
    public override string ToString() => Line > 0 ? $"{Origin}({Line},{Column})" : Origin;
}
