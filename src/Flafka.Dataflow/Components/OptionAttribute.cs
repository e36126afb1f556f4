namespace Flafka.Dataflow;

/// <summary>Makes a property of an options class a key of the configuration. Its XML summary is the key's line in the manual.</summary>
/// <param name="key">The key, case-sensitive, with dots as in Flume. A key that ends in a dot takes all keys below it as a map.</param>
/// <remarks>
/// Value types: text, whole and decimal numbers, booleans, enums (by name, without case), <see cref="TimeSpan"/> (in <see cref="Unit"/>),
/// lists of text, and maps from text to text. The initialiser of the property is the default. Ranges come from
/// <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>, duty from <see cref="System.ComponentModel.DataAnnotations.RequiredAttribute"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string key) : Attribute
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>What a number counts: <c>ms</c>, <c>s</c>, <c>bytes</c>, <c>events</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The value is never printed.</summary>
    public bool Secret { get; init; }

    /// <summary>Old spellings that are still taken, with a word about the new one.</summary>
    public string[]? Deprecated { get; init; }

    /// <summary>Lists: what separates items; blank means any run of white space.</summary>
    public string Separator { get; init; } = " ";

    /// <summary>
    /// A path on any file system. One without a scheme gets that of the default file system (<see cref="ConfigurationSettings.DefaultFileSystem"/>).
    /// </summary>
    public bool IsFileSystemPath { get; init; }

    /// <summary>Free text, such as a regular expression: a <c>#</c> behind a blank is a part of it, and not a comment that somebody put behind the value.</summary>
    public bool IsFreeText { get; init; }

    /// <summary>A key of Flume that has no meaning here: one sentence why. The value is read by nobody.</summary>
    public string? Ignored { get; init; }

    /// <summary>
    /// A value for the examples of the manual, which have every key that is required or has one of these. For a map: <c>NAME = VALUE</c>.
    /// </summary>
    public string? Example { get; init; }
}
