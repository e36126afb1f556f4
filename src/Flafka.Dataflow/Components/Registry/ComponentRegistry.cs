using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>The component types of some assemblies. Immutable, thread-safe.</summary>
public sealed class ComponentRegistry : IComponentRegistry
{
    private readonly Dictionary<(ComponentKind Kind, string Name), ComponentDescriptor> _byAlias = [];
    private readonly Dictionary<(ComponentKind Kind, string Name), ComponentDescriptor> _byClass = [];
    private readonly ImmutableArray<ComponentDescriptor> _all;

    /// <summary>A registry of these types.</summary>
    /// <exception cref="ArgumentException">Two types of one kind have the same name.</exception>
    public ComponentRegistry(IEnumerable<ComponentDescriptor> components)
    {
        _all = [.. components];
        foreach (var component in _all)
        {
            if (component.Alias.Length > 0)
            {
                Add(_byAlias, component, component.Alias.ToUpperInvariant());
            }

            foreach (var name in component.JavaClasses)
            {
                Add(_byClass, component, name);
            }

            // Fluent graphs make several descriptors of one class; the class name then means the first.
            if (component.Implementation.FullName is { } fullName)
            {
                _byClass.TryAdd((component.Kind, fullName), component);
                _byClass.TryAdd((component.Kind, $"{fullName}, {component.Implementation.Assembly.GetName().Name}"), component);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<ComponentDescriptor> All => _all;

    /// <summary>Scans assemblies for classes that carry a component attribute.</summary>
    public static ComponentRegistry Scan(params IEnumerable<Assembly> assemblies) => new(assemblies.Distinct().SelectMany(ComponentScanner.Scan));

    /// <inheritdoc/>
    public bool TryGet(ComponentKind kind, string aliasOrJavaClass, [NotNullWhen(true)] out ComponentDescriptor? descriptor)
    {
        ArgumentNullException.ThrowIfNull(aliasOrJavaClass);
        return _byAlias.TryGetValue((kind, aliasOrJavaClass.ToUpperInvariant()), out descriptor)
            || _byClass.TryGetValue((kind, aliasOrJavaClass), out descriptor);
    }

    private static void Add(Dictionary<(ComponentKind Kind, string Name), ComponentDescriptor> names, ComponentDescriptor component, string name)
    {
        if (!names.TryAdd((component.Kind, name), component))
        {
            throw new ArgumentException(
                $"{component.Implementation} and {names[(component.Kind, name)].Implementation} are both the {component.Kind} '{component.DisplayName}'.");
        }
    }
}
