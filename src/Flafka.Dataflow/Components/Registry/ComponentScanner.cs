using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>Finds the component classes of an assembly.</summary>
internal static class ComponentScanner
{
    public static IEnumerable<ComponentDescriptor> Scan(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false }
        let attribute = type.GetCustomAttribute<ComponentAttribute>()
        where attribute is not null
        select DescriptorFactory.Create(type, attribute);
}
