using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Flafka.Dataflow.Components.ConfigFilters;

/// <summary>Options of the <c>external</c> config filter.</summary>
public sealed class ExternalProcessFilterOptions : IValidatableObject
{
    /// <summary>The program and its arguments, separated by blanks. No shell reads it, so there are no quotes; the key is put behind it.</summary>
    [Option("command"), Required]
    public string Command { get; init; } = string.Empty;

    /// <summary>Character set of what the program writes.</summary>
    [Option("charset")]
    public string Charset { get; init; } = "UTF-8";

    /// <summary>How long the program may take for one value.</summary>
    [Option("timeout", Unit = "s"), Range(1, 600)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The character set; <see langword="null"/> when it is not known.</summary>
    internal Encoding? Encoding
    {
        get
        {
            try
            {
                return Encoding.GetEncoding(Charset);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Encoding is null)
        {
            yield return new ValidationResult($"the character set '{Charset}' is not known; write UTF-8 or ISO-8859-1", [nameof(Charset)]);
        }
    }
}
