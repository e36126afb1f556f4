using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Flafka.Dataflow.Runner.Tests.Api;

/// <summary>What a library offers, as lines that a reviewer reads; without what the compiler writes for records.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(char)] = "char",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(short)] = "short", [typeof(double)] = "double",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        var word = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : type.IsValueType ? "struct"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        var bases = type.IsEnum || type.IsSubclassOf(typeof(Delegate)) ? []
            : type.GetInterfaces().Where(face => face.IsPublic).Select(Name).Order(StringComparer.Ordinal)
                .Prepend(type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? Name(parent) : string.Empty).Where(name => name.Length > 0).ToArray();
        return $"{word} {type.Namespace}.{Name(type)}{(bases.Length == 0 ? string.Empty : " : " + string.Join(", ", bases))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"));
        }

        return
        [
            .. type.GetConstructors(Declared).Where(IsOpen).Select(item => $"{Access(item)}{Plain(type)}({Parameters(item)})"),
            .. type.GetMethods(Declared).Where(item => IsOpen(item) && !item.IsSpecialName && item.Name != "Finalize" && !item.IsDefined(typeof(CompilerGeneratedAttribute))).Select(Method),
            .. type.GetMethods(Declared).Where(item => IsOpen(item) && !item.IsDefined(typeof(CompilerGeneratedAttribute)) && item.Name.StartsWith("op_", StringComparison.Ordinal)).Select(Method),
            .. type.GetProperties(Declared).Where(item => item.Name != "EqualityContract" && item.GetAccessors(nonPublic: true).Any(IsOpen)).Select(Property),
            .. type.GetEvents(Declared).Where(item => IsOpen(item.AddMethod!)).Select(item => $"event {Name(item.EventHandlerType!)} {item.Name}"),
            .. type.GetFields(Declared).Where(item => item.IsPublic || item.IsFamily)
                .Select(item => $"{(item.IsLiteral ? "const " : item.IsStatic ? "static " : string.Empty)}{Name(item.FieldType)} {item.Name}"),
        ];
    }

    private static string Method(MethodInfo item)
    {
        var word = item.DeclaringType!.IsInterface ? item is { IsAbstract: false, IsStatic: false } ? "default " : string.Empty
            : item.IsAbstract ? "abstract " : item is { IsVirtual: true, IsFinal: false } ? item.GetBaseDefinition() == item ? "virtual " : "override " : string.Empty;
        var generic = item.IsGenericMethod ? $"<{string.Join(", ", item.GetGenericArguments().Select(argument => argument.Name))}>" : string.Empty;
        return $"{Access(item)}{word}{Name(item.ReturnType)} {item.Name}{generic}({Parameters(item)})";
    }

    private static string Property(PropertyInfo item)
    {
        var open = item.GetAccessors(nonPublic: true).First(IsOpen);
        var set = item.SetMethod is not { } setter || !IsOpen(setter) ? string.Empty
            : setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? " init;" : " set;";
        var parameters = item.GetIndexParameters() is { Length: > 0 } indexes ? $"[{string.Join(", ", indexes.Select(index => Name(index.ParameterType)))}]" : string.Empty;
        return $"{Access(open)}{(open.IsAbstract && !item.DeclaringType!.IsInterface ? "abstract " : string.Empty)}{Name(item.PropertyType)} {item.Name}{parameters} {{ {(item.GetMethod is { } getter && IsOpen(getter) ? "get;" : string.Empty)}{set} }}";
    }

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => (method.IsPublic ? string.Empty : "protected ") + (method.IsStatic && !method.IsConstructor ? "static " : string.Empty);

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : string.Empty)
        + $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : string.Empty)}"));

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var name = Keywords.TryGetValue(type, out var word) ? word : Plain(type);
        if (type.IsGenericType)
        {
            name += $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return type is { IsNested: true, IsGenericParameter: false } ? $"{Plain(type.DeclaringType!)}.{name}" : name;
    }

    private static string Plain(Type type) => type.Name.Split('`')[0];
}
