using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow;

/// <summary>The component types that a configuration may name. Thread-safe.</summary>
public interface IComponentRegistry
{
    /// <summary>Finds a type by alias (without case) or Java class name (with case).</summary>
    bool TryGet(ComponentKind kind, string aliasOrJavaClass, [NotNullWhen(true)] out ComponentDescriptor? descriptor);

    /// <summary>All types.</summary>
    IReadOnlyCollection<ComponentDescriptor> All { get; }
}
