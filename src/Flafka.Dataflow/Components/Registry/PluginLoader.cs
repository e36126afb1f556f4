using System.Reflection;
using System.Runtime.Loader;

namespace Flafka.Dataflow;

/// <summary>Loads the assemblies of plugin directories. Each plugin has a load context of its own, so that two may bring different versions of a library.</summary>
internal static class PluginLoader
{
    /// <summary>
    /// The component assemblies below the paths: <c>PATH/*.dll</c>, <c>PATH/PLUGIN/*.dll</c> and, as Flume has it, <c>PATH/PLUGIN/lib/*.dll</c>
    /// with their dependencies beside them and in <c>libext</c>.
    /// </summary>
    public static IReadOnlyList<Assembly> Load(ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        var assemblies = new List<Assembly>();
        foreach (var path in settings.PluginPaths.SelectMany(paths => paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)))
        {
            var span = new SourceSpan(path, 0, 0);
            if (!settings.AllowExecution)
            {
                diagnostics.Add(
                    Codes.ExecutionForbidden, string.Empty, span, "plugins are code, and running code that is not part of this program is switched off",
                    "Leave --plugins-path out, or allow execution.");
            }
            else if (!Directory.Exists(path))
            {
                diagnostics.Add(Codes.BadPlugin, string.Empty, span, "there is no such directory of plugins", $"Looked for {Path.GetFullPath(path)}.");
            }
            else
            {
                assemblies.AddRange(Plugin([path], span, diagnostics));
                foreach (var plugin in Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal))
                {
                    assemblies.AddRange(Plugin([plugin, Path.Combine(plugin, "lib"), Path.Combine(plugin, "libext")], span, diagnostics));
                }
            }
        }

        return assemblies;
    }

    private static List<Assembly> Plugin(string[] directories, SourceSpan span, DiagnosticBag diagnostics)
    {
        var assemblies = new List<Assembly>();
        var context = new PluginContext(directories);
        foreach (var file in directories.SkipLast(directories.Length > 1 ? 1 : 0).Where(Directory.Exists)
            .SelectMany(directory => Directory.EnumerateFiles(directory, "*.dll")).Order(StringComparer.Ordinal))
        {
            try
            {
                var assembly = context.LoadFromAssemblyName(AssemblyName.GetAssemblyName(file));
                _ = assembly.GetTypes();
                assemblies.Add(assembly);
            }
            catch (BadImageFormatException) when (IsProgram(file))
            {
                // A native library.
            }
            catch (BadImageFormatException)
            {
                diagnostics.Add(Codes.BadPlugin, string.Empty, span, $"'{file}' is no .NET assembly", "Copy it again, or take it away.");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ReflectionTypeLoadException)
            {
                var why = failure is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first.Message : failure.Message;
                diagnostics.Add(Codes.BadPlugin, string.Empty, span, $"'{file}' cannot be loaded: {why.TrimEnd('.')}", null);
            }
        }

        return assemblies;
    }

    // Whether the file begins as programs and libraries of Windows do, or of Linux.
    private static bool IsProgram(string file)
    {
        Span<byte> start = stackalloc byte[4];
        using var open = File.OpenRead(file);
        start = start[..open.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.StartsWith("MZ"u8) || start.StartsWith("\u007fELF"u8);
    }

    // What the program has itself is shared, else a plugin's interceptor would implement another IInterceptor than ours.
    private sealed class PluginContext(string[] directories) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (IOException)
            {
                var file = directories.Select(directory => Path.Combine(directory, assemblyName.Name + ".dll")).FirstOrDefault(File.Exists);
                return file is null ? null : LoadFromAssemblyPath(Path.GetFullPath(file));
            }
        }
    }
}
