using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Flafka.Dataflow.Components.Interceptors;

namespace Flafka.Dataflow;

/// <summary>Finds the component type that a configuration names, or says why there is none.</summary>
internal sealed class TypeResolver(BindingContext context, DiagnosticBag diagnostics)
{
    public ComponentDescriptor? Resolve(ComponentKind kind, string name, string path, SourceSpan span)
    {
        name = WithoutComment(name, path, span);
        ComponentDescriptor? descriptor;
        if (context.Types.TryGet(name, out var type))
        {
            descriptor = Mapped(kind, name, type, path, span);
        }
        else if (!context.Registry.TryGet(kind, name, out descriptor))
        {
            Report(kind, name, path, span);
        }

        if (descriptor is { RunsCommands: true } && !context.Settings.AllowExecution)
        {
            diagnostics.Add(
                Codes.ExecutionForbidden, path, span, $"the {Words(kind)} '{name}' runs commands, and execution is switched off",
                "Allow execution when you trust whoever writes this configuration, or do without the component.");
            return null;
        }

        return descriptor;
    }

    private ComponentDescriptor? Mapped(ComponentKind kind, string name, string type, string path, SourceSpan span)
    {
        if (type == TypeMap.None)
        {
            if (kind == ComponentKind.Interceptor)
            {
                diagnostics.Add(Codes.LeftOut, path, span, $"'{name}' is left out, as the type map says: events pass unchanged");
                return LeftOutInterceptor.Of(name);
            }

            diagnostics.Add(
                Codes.BadTypeMap, path, span, $"the type map says 'none' for '{name}', but only an interceptor can be left out, and this is {WithArticle(kind)}",
                $"Map it with --type '{name}=YOUR.NET.TYPE, ASSEMBLY'.");
            return null;
        }

        var comma = type.IndexOf(',', StringComparison.Ordinal);
        var plain = comma < 0 ? type : $"{type[..comma].Trim()}, {type[(comma + 1)..].Split(',')[0].Trim()}";
        if (context.Registry.TryGet(kind, plain, out var descriptor) || (context.Settings.AllowExecution && Loaded(kind, plain, out descriptor)))
        {
            return descriptor;
        }

        diagnostics.Add(
            Codes.BadTypeMap, path, span, $"the type map says '{type}' for '{name}', and that is no {Words(kind)} here",
            NearestKey.Find(plain, Names(kind)) is { } nearest ? $"Did you mean '{nearest}'?"
            : $"Put the assembly into a directory named by --plugins-path, and the attribute [{kind}(\"NAME\")] on the class.");
        return null;
    }

    // A host's own assembly, which no scan has seen.
    private static bool Loaded(ComponentKind kind, string name, [NotNullWhen(true)] out ComponentDescriptor? descriptor)
    {
        var type = name.Contains(',', StringComparison.Ordinal) ? Type.GetType(name, throwOnError: false) : null;
        descriptor = type?.GetCustomAttribute<ComponentAttribute>() is { } attribute && attribute.Kind == kind
            ? DescriptorFactory.Create(type, attribute)
            : null;
        return descriptor is not null;
    }

    private void Report(ComponentKind kind, string name, string path, SourceSpan span)
    {
        if (Unsupported.Find(kind, name) is { } missing)
        {
            diagnostics.Add(Codes.NotAvailable, path, span, $"'{name}' {missing.Message}", missing.Instead);
        }
        else if (OtherKind(kind, name) is { } other)
        {
            diagnostics.Add(Codes.TypeOfAnotherKind, path, span, $"'{name}' is {WithArticle(other)}, not {WithArticle(kind)}", Known(kind, name));
        }
        else if (NearestKey.Find(name, Names(kind).Concat(JavaClasses(kind))) is { } nearest)
        {
            diagnostics.Add(Codes.UnknownType, path, span, $"'{name}' is not a known {Words(kind)}", $"Did you mean '{nearest}'?");
        }
        else if (name.StartsWith("org.apache.flume.", StringComparison.Ordinal))
        {
            diagnostics.Add(
                Codes.NotAvailable, path, span, $"'{name}' is a class of Flume that this version does not have",
                Known(kind, name));
        }
        else if (IsJavaClass(name))
        {
            diagnostics.Add(
                Codes.JavaClass, path, span, $"'{name}' is a Java class and cannot run here",
                $"Map it with --type '{name}=YOUR.NET.TYPE, ASSEMBLY'"
                + (kind == ComponentKind.Interceptor ? $", or leave this interceptor out with --type '{name}=none'." : "."));
        }
        else
        {
            diagnostics.Add(Codes.UnknownType, path, span, $"'{name}' is not a known {Words(kind)}", Known(kind, name));
        }
    }

    public static string WithArticle(ComponentKind kind) => $"{(kind is ComponentKind.Interceptor or ComponentKind.HttpHandler ? "an" : "a")} {Words(kind)}";

    public static string Words(ComponentKind kind) => kind switch
    {
        ComponentKind.ChannelSelector => "channel selector",
        ComponentKind.SinkProcessor => "sink processor",
        ComponentKind.HttpHandler => "HTTP handler",
        ComponentKind.ConfigFilter => "config filter",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private string WithoutComment(string name, string path, SourceSpan span)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        if (hash <= 0 || name[hash - 1] > ' ')
        {
            return name;
        }

        diagnostics.Add(
            Codes.TrailingComment, path, span, $"'{name[hash..]}' is part of the value: a properties file has no comments behind a value",
            "Put the comment on a line of its own.");
        return name[..hash].TrimEnd();
    }

    private ComponentKind? OtherKind(ComponentKind kind, string name)
    {
        foreach (var other in Enum.GetValues<ComponentKind>())
        {
            if (other != kind && context.Registry.TryGet(other, name, out _))
            {
                return other;
            }
        }

        return null;
    }

    private string? Known(ComponentKind kind, string name) =>
        NearestKey.Hint(name, [.. Names(kind).Order(StringComparer.Ordinal)], $"Known {Words(kind)}s");

    private IEnumerable<string> Names(ComponentKind kind) =>
        context.Registry.All.Where(descriptor => descriptor.Kind == kind).Select(descriptor => descriptor.DisplayName);

    private IEnumerable<string> JavaClasses(ComponentKind kind) =>
        context.Registry.All.Where(descriptor => descriptor.Kind == kind).SelectMany(descriptor => descriptor.JavaClasses);

    private static bool IsJavaClass(string name)
    {
        var parts = name.Split('.');
        return parts.Length > 1 && !name.Contains(',', StringComparison.Ordinal)
            && Array.TrueForAll(parts, part => part.Length > 0 && !char.IsDigit(part[0]) && part.All(c => char.IsLetterOrDigit(c) || c is '_' or '$'))
            && char.IsLower(parts[0][0]);
    }
}
