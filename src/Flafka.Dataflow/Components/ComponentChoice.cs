using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>
/// The value of an option that names another component, such as a sink's serializer. The keys below the option's own key are the
/// options of the chosen component.
/// </summary>
public sealed class ComponentChoice
{
    private readonly Func<ComponentContext, object>? _create;

    private ComponentChoice(ComponentKind kind, string typeName, Func<ComponentContext, object>? create) =>
        (Kind, TypeName, _create) = (kind, typeName, create);

    /// <summary>The family chosen from.</summary>
    public ComponentKind Kind { get; }

    /// <summary>The alias or class name as written.</summary>
    public string TypeName { get; }

    /// <summary>The class chosen; <see langword="null"/> where the choice was made in code or is not resolved yet.</summary>
    public Type? Implementation => Bound?.Descriptor.Implementation;

    /// <summary>Whether the class chosen is a serializer whose files can be read only when they are finished; see <see cref="SerializerAttribute.CountsWhenFinished"/>.</summary>
    public bool CountsWhenFinished => Implementation?.GetCustomAttribute<SerializerAttribute>()?.CountsWhenFinished ?? false;

    /// <summary>A default, to be resolved by the binder.</summary>
    public static ComponentChoice Of(ComponentKind kind, string alias) => new(kind, alias, null);

    /// <summary>A choice made in code.</summary>
    public static ComponentChoice Of(ComponentKind kind, string typeName, Func<ComponentContext, object> create) => new(kind, typeName, create);

    /// <summary>Makes an instance; each call makes a new one.</summary>
    /// <exception cref="InvalidOperationException">The choice was never resolved by a binder.</exception>
    public T Create<T>(ComponentContext context)
        where T : class
    {
        if (_create is null)
        {
            throw new InvalidOperationException($"The {Kind} '{TypeName}' has not been resolved; options come from the binder or name an instance.");
        }

        return (T)_create(context);
    }

    /// <summary>The component that a binder found for the choice, with its options.</summary>
    internal (ComponentDescriptor Descriptor, object Options)? Bound { get; private init; }

    /// <summary>A choice that a binder has resolved.</summary>
    internal static ComponentChoice Of(ComponentDescriptor descriptor, string typeName, object options) =>
        new(descriptor.Kind, typeName, context => descriptor.Create(context, options)) { Bound = (descriptor, options) };

    /// <summary>The alias or class name as written.</summary>
    public override string ToString() => TypeName;
}
