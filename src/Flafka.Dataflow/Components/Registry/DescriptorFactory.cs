using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow;

/// <summary>Makes the descriptor of a class that carries a component attribute.</summary>
/// <remarks>
/// The class has one public constructor. A parameter whose type's name ends in <c>Options</c> takes the options; others take the
/// <see cref="ComponentContext"/>, a part of it, <c>ILogger&lt;T&gt;</c>, or a service of the host.
/// </remarks>
internal static class DescriptorFactory
{
    private const string Builder = "$Builder";

    /// <summary>Of a class that is named by its full name only, with or without an attribute.</summary>
    public static ComponentDescriptor Create(Type type, ComponentKind kind)
    {
        var attribute = type.GetCustomAttribute<ComponentAttribute>();
        return Create(type, kind, string.Empty, attribute?.Kind == kind ? attribute : null) with { JavaClasses = [] };
    }

    public static ComponentDescriptor Create(Type type, ComponentAttribute attribute) => Create(type, attribute.Kind, attribute.Alias, attribute);

    private static ComponentDescriptor Create(Type type, ComponentKind kind, string alias, ComponentAttribute? attribute)
    {
        var constructors = type.GetConstructors();
        if (constructors.Length != 1)
        {
            throw new InvalidOperationException($"The component {type} has {constructors.Length} public constructors; it needs one.");
        }

        var parameters = constructors[0].GetParameters();
        var options = parameters.Where(IsOptions).ToArray();
        if (options.Length > 1)
        {
            throw new InvalidOperationException($"The constructor of {type} asks for two options classes.");
        }

        var optionsType = options.Length == 0 ? typeof(object) : options[0].ParameterType;
        var arguments = Array.ConvertAll(parameters, parameter => Argument(type, parameter));
        var invoker = ConstructorInvoker.Create(constructors[0]);
        return new ComponentDescriptor(
            kind, alias, JavaClasses(attribute), attribute?.Status ?? ComponentStatus.Stable, attribute?.CanReadAgain ?? false, attribute?.IsDurable ?? false,
            type, optionsType, options.Length == 0 ? [] : OptionDescriptors.Of(optionsType), Summary: null,
            (context, value) => Invoke(invoker, Array.ConvertAll(arguments, argument => argument(context, value))))
        {
            BetterThanFlume = attribute?.BetterThanFlume,
            RunsCommands = attribute?.RunsCommands ?? false,
        };
    }

    private static ImmutableArray<string> JavaClasses(ComponentAttribute? attribute) => attribute?.JavaClass switch
    {
        null or "" => [],
        var name when name.EndsWith(Builder, StringComparison.Ordinal) => [name, name[..^Builder.Length]],
        var name => [name, name + Builder],
    };

    private static bool IsOptions(ParameterInfo parameter) => parameter.ParameterType.Name.EndsWith("Options", StringComparison.Ordinal);

    private static Func<ComponentContext, object, object?> Argument(Type component, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return type switch
        {
            _ when IsOptions(parameter) => (_, options) => options,
            _ when type == typeof(ComponentContext) => (context, _) => context,
            _ when type == typeof(ComponentId) => (context, _) => context.Id,
            _ when type == typeof(ILoggerFactory) => (context, _) => context.Loggers,
            _ when type == typeof(AgentRuntime) => (context, _) => context.Runtime,
            _ when type == typeof(TimeProvider) => (context, _) => context.Runtime.Time,
            _ when type == typeof(IServiceProvider) => (context, _) => context.Services,
            _ when type == typeof(ILogger) => (context, _) => context.Loggers.CreateLogger(component.FullName!),
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ILogger<>) => Logger(type.GetGenericArguments()[0]),
            _ => (context, _) => context.Services.GetService(type) ?? (parameter.HasDefaultValue
                ? parameter.DefaultValue
                : throw new InvalidOperationException($"{context.Id}: {component.Name} asks for {type}, which the host does not offer.")),
        };
    }

    private static Func<ComponentContext, object, object?> Logger(Type category)
    {
        var invoker = ConstructorInvoker.Create(typeof(Logger<>).MakeGenericType(category).GetConstructor([typeof(ILoggerFactory)])!);
        return (context, _) => invoker.Invoke(context.Loggers);
    }

    private static object Invoke(ConstructorInvoker invoker, object?[] arguments)
    {
        try
        {
            return invoker.Invoke(arguments.AsSpan());
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
