namespace Flafka.Dataflow;

internal static class BoundComponentExtensions
{
    /// <summary>Path and place of the key that sets a property of the options; the component's own when the key is not given.</summary>
    /// <param name="component">The component.</param>
    /// <param name="property">Name of the property, usually of a contract such as <see cref="IBatchSized"/>.</param>
    public static (string Path, SourceSpan Span) KeyOf(this BoundComponent component, string property)
    {
        var definition = component.Definition;
        var option = component.Descriptor.Options.FirstOrDefault(item => item.Property == property);
        if (option is null)
        {
            return (definition.Id.ToString(), definition.Node.Span);
        }

        return ($"{definition.Id}.{option.Key}", component.Given(property)?.ValueSpan ?? definition.Node.Span);
    }

    /// <summary>The node that sets a property of the options; <see langword="null"/> when no key of the component does.</summary>
    /// <param name="component">The component.</param>
    /// <param name="property">Name of the property.</param>
    public static ConfigNode? Given(this BoundComponent component, string property) =>
        component.Descriptor.Options.FirstOrDefault(item => item.Property == property) is { } option
            ? option.Deprecated.Prepend(option.Key).Select(component.Definition.Node.Find).FirstOrDefault(node => node?.Value is not null)
            : null;

    /// <summary>What a sink may know of a channel.</summary>
    public static ChannelTraits Traits(this BoundComponent channel) => new(
        channel.Definition.Id.Name,
        channel.Descriptor.IsDurable,
        channel.Descriptor.Options.FirstOrDefault(option => option.Key == "capacity")?.Member?.GetValue(channel.Options) is IConvertible capacity
            ? capacity.ToInt64(System.Globalization.CultureInfo.InvariantCulture)
            : long.MaxValue);
}
