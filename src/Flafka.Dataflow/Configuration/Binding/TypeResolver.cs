namespace Flafka.Dataflow;

/// <summary>Finds the component type that a configuration names, or says why there is none.</summary>
internal sealed class TypeResolver(IComponentRegistry registry, DiagnosticBag diagnostics)
{
    public ComponentDescriptor? Resolve(ComponentKind kind, string name, string path, SourceSpan span)
    {
        name = WithoutComment(name, path, span);
        if (registry.TryGet(kind, name, out var descriptor))
        {
            return descriptor;
        }

        if (Unsupported.Find(kind, name) is { } missing)
        {
            diagnostics.Add(Codes.NotAvailable, path, span, $"'{name}' {missing.Message}", missing.Instead);
        }
        else if (OtherKind(kind, name) is { } other)
        {
            diagnostics.Add(Codes.TypeOfAnotherKind, path, span, $"'{name}' is a {Words(other)}, not a {Words(kind)}", Known(kind, name));
        }
        else if (NearestKey.Find(name, Names(kind)) is { } nearest)
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
                $"Write it again as a .NET class with the attribute [{kind}(\"name\")], and give that name as the type.");
        }
        else
        {
            diagnostics.Add(Codes.UnknownType, path, span, $"'{name}' is not a known {Words(kind)}", Known(kind, name));
        }

        return null;
    }

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
            if (other != kind && registry.TryGet(other, name, out _))
            {
                return other;
            }
        }

        return null;
    }

    private string? Known(ComponentKind kind, string name) =>
        NearestKey.Hint(name, [.. Names(kind).Order(StringComparer.Ordinal)], $"Known {Words(kind)}s");

    private IEnumerable<string> Names(ComponentKind kind) =>
        registry.All.Where(descriptor => descriptor.Kind == kind).Select(descriptor => descriptor.DisplayName);

    private static bool IsJavaClass(string name)
    {
        var parts = name.Split('.');
        return parts.Length > 1 && !name.Contains(',', StringComparison.Ordinal)
            && Array.TrueForAll(parts, part => part.Length > 0 && !char.IsDigit(part[0]) && part.All(c => char.IsLetterOrDigit(c) || c is '_' or '$'))
            && char.IsLower(parts[0][0]);
    }
}
