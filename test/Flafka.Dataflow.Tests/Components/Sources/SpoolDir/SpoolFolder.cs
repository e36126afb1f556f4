using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

/// <summary>A spool directory with files whose times the test decides.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private static readonly DateTime FirstTime = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TempFolder _parent = new();
    private int _files;

    public SpoolFolder() => Directory.CreateDirectory(Path);

    public string Path => _parent["spool"];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Outside(string name) => _parent[name];

    public static ComponentChoice Line(int maxLineLength = 2048) =>
        ComponentChoice.Of(ComponentKind.Deserializer, "LINE", _ => new LineDeserializer(new LineDeserializerOptions { MaxLineLength = maxLineLength }));

    /// <summary>Writes a file; each is a second younger than the one before, unless the second is given.</summary>
    public void Add(string name, string text, int? second = null) => Add(name, Encoding.UTF8.GetBytes(text), second);

    /// <summary>The same of bytes.</summary>
    public void Add(string name, byte[] content, int? second = null)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        File.SetLastWriteTimeUtc(this[name], FirstTime.AddSeconds(second ?? ++_files));
    }

    /// <summary>Paths of all files, below the directory, but for the tracker file.</summary>
    public List<string> Names() =>
    [
        .. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, file))
            .Where(name => !name.EndsWith(".meta", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public SpoolDirSource NewSource(AgentRuntime runtime, SpoolDirSourceOptions options, IStorage? storage = null, ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Source, "r1"), loggers, runtime, null!);
        return new SpoolDirSource(options, storage ?? new LocalStorage(runtime), context, loggers.CreateLogger<SpoolDirSource>());
    }

    public void Dispose() => _parent.Dispose();
}
