using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>Turns the text of a value into the type of an option.</summary>
internal static class ValueConverters
{
    private static readonly (string Suffix, double Milliseconds)[] Durations =
        [("ms", 1), ("min", 60_000), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Suffix, long Bytes)[] Sizes =
        [("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1)];

    /// <summary>Whether a property type is a list.</summary>
    public static bool IsList(Type type) =>
        type == typeof(string[]) || type == typeof(ImmutableArray<string>)
        || type == typeof(IReadOnlyList<string>) || type == typeof(IReadOnlyCollection<string>);

    public static Conversion Convert(OptionDescriptor option, ConfigNode node)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var text = node.Value!;
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            // No path, name or program can have it, and whoever is given it throws.
            return new Conversion(null, "has the character U+0000 in it", Hint: "Remove it.");
        }

        if (IsList(type))
        {
            var items = Items(option, node);
            return BlanksFor(option, node, items) ?? new Conversion(List(type, items));
        }

        if (type == typeof(string))
        {
            return BlanksFor(option, node, Items(option, node)) ?? new Conversion(text);
        }

        var trimmed = text.Trim();
        if (type == typeof(bool))
        {
            return Boolean(trimmed);
        }

        if (type == typeof(char))
        {
            return text.Length == 1 ? new Conversion(text[0]) : new Conversion(null, "is not a single character");
        }

        if (type.IsEnum)
        {
            return Enumerated(type, trimmed);
        }

        if (type == typeof(TimeSpan))
        {
            return Duration(option, trimmed);
        }

        return Type.GetTypeCode(type) switch
        {
            >= TypeCode.SByte and <= TypeCode.UInt64 => Whole(option, type, trimmed),
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => Decimal(option, type, trimmed),
            _ => throw new InvalidOperationException($"No converter for {option.ValueType}, the type of the option '{option.Key}'."),
        };
    }

    /// <summary>The items of a list: as written in JSON, else split at the option's separator.</summary>
    public static ImmutableArray<string> Items(OptionDescriptor option, ConfigNode node) =>
        !node.Items.IsDefault ? node.Items
        : string.IsNullOrWhiteSpace(option.Separator) ? NameList.Split(node.Value!)
        : [.. node.Value!.Split(option.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    // What is wrong with a list that has blanks where something else separates.
    private static Conversion? BlanksFor(OptionDescriptor option, ConfigNode node, ImmutableArray<string> items)
    {
        if (!node.Items.IsDefault || string.IsNullOrWhiteSpace(option.Separator) || !items.Any(HasSeveral))
        {
            return null;
        }

        var parts = items.SelectMany(item => HasSeveral(item) ? NameList.Split(item) : [item]);
        return new Conversion(null, $"has blanks where '{option.Separator}' separates", Hint: $"Write '{string.Join(option.Separator, parts)}'.", IsBlankInList: true);
    }

    // A path may have a blank in it; two paths behind each other are no path.
    private static bool HasSeveral(string item) =>
        NameList.Split(item) is { Length: > 1 } parts && (!item.Contains('/', StringComparison.Ordinal) || parts.All(part => part.StartsWith('/')));

    public static object List(Type type, ImmutableArray<string> items) => type == typeof(string[]) ? items.ToArray() : items;

    /// <summary>The values of an enum as a configuration writes them: <c>end-to-end</c>, or what Flume's users know it by, which stands in <see cref="EnumMemberAttribute"/>.</summary>
    public static string[] Forms(Type type) => Array.ConvertAll(
        Enum.GetNames(type), name => type.GetField(name)!.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? Kebab(name));

    /// <summary>One of them.</summary>
    public static string Form(Enum value) => Forms(value.GetType())[Array.IndexOf(Enum.GetValues(value.GetType()), value)];

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    // Flume: everything but "true" is false, so "yes" and "1" mean no. Nobody can have meant that.
    private static Conversion Boolean(string text) =>
        text.Equals("true", StringComparison.OrdinalIgnoreCase) ? new Conversion(true)
        : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? new Conversion(false)
        : new Conversion(null, "is neither 'true' nor 'false'", Hint: Comment(text) ?? "Flume reads every word but 'true' as false. Write 'true' or 'false'.");

    private static Conversion Enumerated(Type type, string text)
    {
        var names = Enum.GetNames(type);
        var plain = Plain(text);
        foreach (var name in names)
        {
            if (Plain(name).Equals(plain, StringComparison.OrdinalIgnoreCase))
            {
                return new Conversion(Enum.Parse(type, name));
            }
        }

        var forms = Forms(type);
        var hint = Comment(text) ?? (NearestKey.Find(text, forms) is { } nearest ? $"Did you mean '{nearest}'?" : null);
        return new Conversion(null, $"is not one of {string.Join(", ", forms)}", Hint: hint);

        static string Plain(string name) => name.Replace("-", string.Empty, StringComparison.Ordinal).Replace("_", string.Empty, StringComparison.Ordinal);
    }

    private static Conversion Whole(OptionDescriptor option, Type type, string text)
    {
        var factor = 1L;
        var digits = text;
        if (option.Unit == "bytes"
            && Array.Find(Sizes, size => text.EndsWith(size.Suffix, StringComparison.OrdinalIgnoreCase)) is { Suffix: not null } size)
        {
            factor = size.Bytes;
            digits = text[..^size.Suffix.Length].TrimEnd();
        }

        if (!Int128.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || Int128.Abs(number) > Int128.MaxValue >> 40)
        {
            return digits.Length > 0 && digits.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0 && digits[^1] is >= '0' and <= '9'
                ? new Conversion(null, "is too large a number", IsOutOfRange: true)
                : new Conversion(null, "is not a whole number", Hint: Comment(text));
        }

        number *= factor;
        var (lowest, highest) = Bounds(type);
        return number < lowest || number > highest
            ? new Conversion(null, $"is outside {lowest} to {highest}", IsOutOfRange: true)
            : InRange(option, (double)number)
            ?? new Conversion(System.Convert.ChangeType(number.ToString(CultureInfo.InvariantCulture), type, CultureInfo.InvariantCulture));
    }

    private static (Int128 Lowest, Int128 Highest) Bounds(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (sbyte.MinValue, sbyte.MaxValue),
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => (short.MinValue, short.MaxValue),
        TypeCode.UInt16 => (ushort.MinValue, ushort.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.UInt64 => (ulong.MinValue, ulong.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    private static Conversion Decimal(OptionDescriptor option, Type type, string text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
            ? new Conversion(null, "is not a number", Hint: Comment(text))
            : InRange(option, number) ?? (Math.Abs(number) > 1e28
            ? new Conversion(null, "is too large a number", IsOutOfRange: true)
            : new Conversion(System.Convert.ChangeType(number, type, CultureInfo.InvariantCulture)));

    // Flume-compatible: some write the greatest number there is for "for ever". No timer runs longer than this, 49.7 days.
    private const double LongestTimer = uint.MaxValue - 1;

    private static Conversion Duration(OptionDescriptor option, string text)
    {
        var unit = option.Unit ?? throw new InvalidOperationException($"The option '{option.Key}' is a duration and needs a unit.");
        var digits = text;
        var given = unit;
        if (Array.Find(Durations, item => text.EndsWith(item.Suffix, StringComparison.OrdinalIgnoreCase)) is { Suffix: not null } suffix)
        {
            given = suffix.Suffix;
            digits = text[..^suffix.Suffix.Length].TrimEnd();
        }

        if (!double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return new Conversion(
                null, $"is not a number of {Words(unit)}",
                Hint: Comment(text) ?? $"Write a number ({Words(unit)}), or one with a unit such as '500ms', '10s', '5min', '1h'.");
        }

        var milliseconds = number * Milliseconds(given);
        return Math.Abs(milliseconds) > TimeSpan.MaxValue.TotalMilliseconds / 2
            ? new Conversion(null, "is too long a time", IsOutOfRange: true)
            : InRange(option, milliseconds / Milliseconds(unit)) ?? new Conversion(TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestTimer)));
    }

    private static double Milliseconds(string unit) => Array.Find(Durations, item => item.Suffix == unit) is { Suffix: not null } found
        ? found.Milliseconds
        : throw new InvalidOperationException($"'{unit}' is not a unit of time.");

    private static string Words(string unit) => unit switch
    {
        "ms" => "milliseconds",
        "s" => "seconds",
        "m" or "min" => "minutes",
        "h" => "hours",
        _ => "days",
    };

    private static Conversion? InRange(OptionDescriptor option, double number)
    {
        var low = Bound(option.Minimum);
        var high = Bound(option.Maximum);
        if ((low is null || number >= low) && (high is null || number <= high))
        {
            return null;
        }

        var words = (option.Minimum, option.Maximum) switch
        {
            ({ } least, { } most) => $"must be {least} to {most}",
            ({ } least, null) => $"must be {least} or more",
            (_, var most) => $"must be {most} or less",
        };
        return new Conversion(null, $"is out of range: it {words}", IsOutOfRange: true);
    }

    private static double? Bound(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What looks like a comment behind a text: <c>#</c> after a blank, and not in quotes; <see langword="null"/> when nothing does.</summary>
    public static string? CommentIn(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' && quote == '\0' && i > 0 && text[i - 1] <= ' ')
            {
                return text[i..];
            }

            if (text[i] is '"' or '\'')
            {
                quote = quote == '\0' ? text[i] : quote == text[i] ? '\0' : quote;
            }
        }

        return null;
    }

    /// <summary>Java properties have no comments behind a value; the text says so when there seems to be one.</summary>
    private static string? Comment(string text) => text.IndexOf('#', StringComparison.Ordinal) is var hash and > 0 && text[hash - 1] <= ' '
        ? $"A properties file has no comments behind a value. Remove '{text[hash..]}', or put it on a line of its own."
        : null;
}
