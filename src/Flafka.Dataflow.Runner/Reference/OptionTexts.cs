namespace Flafka.Dataflow.Runner.Reference;

/// <summary>An option in the words of the manual.</summary>
internal static class OptionTexts
{
    /// <summary>The key; a map shows where its names stand.</summary>
    public static string Key(OptionDescriptor option) => option.IsMap ? option.Key + "NAME" : option.Key;

    /// <summary>The type for people.</summary>
    public static string Type(OptionDescriptor option)
    {
        if (option.Choice is { } kind)
        {
            return TypeResolver.Words(kind);
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type switch
        {
            _ when option.IsMap => "text for each name",
            _ when ValueConverters.IsList(type) => string.IsNullOrWhiteSpace(option.Separator) ? "list, separated by blanks" : $"list, separated by '{option.Separator}'",
            { IsEnum: true } => string.Join(" or ", ValueConverters.Forms(type)),
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "time",
            _ when type == typeof(char) => "character",
            _ when type == typeof(string) => "text",
            _ when IsWhole(type) => option.Unit == "bytes" ? "size" : "whole number",
            _ => "number",
        };
    }

    /// <summary>The value of a key that is not given; empty when there is none.</summary>
    public static string Default(OptionDescriptor option) => option.IsMap ? string.Empty : OneLine.Escape(OptionText.Of(option, option.Default));

    /// <summary>What a number is limited to, as a sentence with a blank before it.</summary>
    public static string Range(OptionDescriptor option)
    {
        var least = IsExtreme(option.Minimum) ? null : option.Minimum;
        var most = IsExtreme(option.Maximum) ? null : option.Maximum;
        return (least, most) switch
        {
            (null, null) => string.Empty,
            (_, null) => $" {least} or more.",
            (null, _) => $" At most {most}.",
            _ => $" {least} to {most}.",
        };
    }

    /// <summary>Whether a type is a whole number.</summary>
    public static bool IsWhole(Type type) => !type.IsEnum && System.Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    // The end of a type is no limit that anybody set.
    private static bool IsExtreme(string? bound) => bound is null or "2147483647" or "-2147483648" || bound.StartsWith("9.22337203685477", StringComparison.Ordinal)
        || bound.StartsWith("-9.22337203685477", StringComparison.Ordinal) || bound is "9223372036854775807" or "-9223372036854775808";
}
