namespace Flafka.Dataflow.Runner.Reference;

/// <summary>What a reader of the manual is told about one key.</summary>
internal static class OptionFacts
{
    /// <summary>Type, unit, range, and whether it is required or what stands in for it, in one line.</summary>
    public static string Of(OptionDescriptor option)
    {
        var facts = new List<string> { Type(option) };
        if (Range(option) is { } range)
        {
            facts.Add(range);
        }

        if (option.IsRequired)
        {
            facts.Add("required");
        }
        else if (Default(option) is { } value)
        {
            facts.Add($"default {value}");
        }

        if (option.IsSecret)
        {
            facts.Add("secret");
        }

        return $"({string.Join(", ", facts)})";
    }

    /// <summary>What the value is, with the unit of a number.</summary>
    public static string Type(OptionDescriptor option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var word = option switch
        {
            { Choice: { } kind } => TypeResolver.Words(kind),
            { IsMap: true } => "text for each name",
            _ when type.IsEnum => string.Join(" | ", ValueConverters.Forms(type)),
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "text",
            _ when type == typeof(TimeSpan) || type == typeof(double) || type == typeof(decimal) || type == typeof(float) => "number",
            _ when type.IsPrimitive => "whole number",
            _ when typeof(System.Collections.IEnumerable).IsAssignableFrom(type) => "list",
            _ => "text",
        };
        return option.Unit is null ? word : $"{word}, {option.Unit}";
    }

    /// <summary>The value that stands in when the key is not given; <see langword="null"/> when there is none.</summary>
    public static string? Default(OptionDescriptor option)
    {
        var text = option.IsMap ? string.Empty : option.Default is ComponentChoice choice ? choice.TypeName : OptionText.Of(option, option.Default);
        return text.Length == 0 ? null : OneLine.Escape(text);
    }

    /// <summary>The bounds of a number; <see langword="null"/> without any.</summary>
    public static string? Range(OptionDescriptor option) => (option.Minimum, option.Maximum) switch
    {
        (null, null) => null,
        ({ } low, null) => $"at least {low}",
        (null, { } high) => $"at most {high}",
        ({ } low, { } high) => $"{low} to {high}",
    };
}
