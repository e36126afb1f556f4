using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Flafka.Dataflow;

/// <summary>Reads the keys of a component from its options class.</summary>
internal static class OptionDescriptors
{
    public static ImmutableArray<OptionDescriptor> Of(Type optionsType)
    {
        var defaults = New(optionsType);
        var options = ImmutableArray.CreateBuilder<OptionDescriptor>();
        foreach (var property in optionsType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } attribute)
            {
                options.Add(Describe(property, attribute, property.GetValue(defaults)));
            }
        }

        var twice = options.GroupBy(option => option.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? options.ToImmutable()
            : throw new InvalidOperationException($"The options class {optionsType} declares the key '{twice.Key}' twice.");
    }

    /// <summary>A fresh options object; its values are the defaults.</summary>
    public static object New(Type optionsType)
    {
        if (optionsType.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new InvalidOperationException($"The options class {optionsType} needs a public constructor without parameters.");
        }

        return Activator.CreateInstance(optionsType)!;
    }

    private static OptionDescriptor Describe(PropertyInfo property, OptionAttribute attribute, object? value)
    {
        if (property.SetMethod is null)
        {
            throw new InvalidOperationException($"The option {property.DeclaringType}.{property.Name} needs 'init' or 'set'.");
        }

        var range = property.GetCustomAttribute<RangeAttribute>();
        return new OptionDescriptor(
            attribute.Key, property.PropertyType, value,
            IsRequired: (property.IsDefined(typeof(RequiredAttribute)) || property.IsDefined(typeof(RequiredMemberAttribute))) && !HasDefault(value),
            attribute.Secret, IsMap: attribute.Key.EndsWith('.'), attribute.Unit, [.. attribute.Deprecated ?? []], attribute.Ignored, attribute.Separator,
            property.Name, Text(range?.Minimum), Text(range?.Maximum), Summary: null)
        {
            Member = property,
            Example = attribute.Example,
            IsFileSystemPath = attribute.IsFileSystemPath,
            IsFreeText = attribute.IsFreeText || attribute.Secret,
            Choice = property.PropertyType == typeof(ComponentChoice) ? (value as ComponentChoice)?.Kind ?? throw new InvalidOperationException(
                $"The option {property.DeclaringType}.{property.Name} needs a default that tells the family it chooses from.") : null,
        };
    }

    // A key with a default need not be given: [Required] then only says that it cannot be empty.
    private static bool HasDefault(object? value) => value switch
    {
        null or "" or ImmutableArray<string> { IsDefaultOrEmpty: true } or ICollection { Count: 0 } => false,
        ValueType number => !number.Equals(Activator.CreateInstance(number.GetType())),
        _ => true,
    };

    // The ends of a number type are no bounds.
    private static string? Text(object? bound) => bound switch
    {
        null or int.MinValue or int.MaxValue => null,
        double number when Math.Abs(number) >= long.MaxValue => null,
        _ => Convert.ToString(bound, CultureInfo.InvariantCulture),
    };
}
