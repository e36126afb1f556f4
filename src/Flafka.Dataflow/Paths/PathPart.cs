namespace Flafka.Dataflow.Paths;

/// <summary>What a piece of a template stands for.</summary>
public enum PathPartKind
{
    /// <summary>Itself.</summary>
    Literal,

    /// <summary>The value of the header <see cref="PathPart.Text"/>.</summary>
    Header,

    /// <summary>A part of the date, by the first letter of <see cref="PathPart.Text"/>.</summary>
    Date,

    /// <summary>The timestamp as it is, never rounded.</summary>
    Timestamp,

    /// <summary>The host: <c>localhost</c>, <c>ip</c> or <c>fqdn</c>.</summary>
    Host,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Text">The literal, or the name of what it stands for.</param>
public readonly record struct PathPart(PathPartKind Kind, string Text)
{
    /// <summary>The letter of a date.</summary>
    public char Letter => Text[0];
}
