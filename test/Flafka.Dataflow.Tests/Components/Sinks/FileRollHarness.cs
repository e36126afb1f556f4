using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.Components.Sinks;
using Flafka.Dataflow.TestKit;

namespace Flafka.Dataflow.Tests.Components.Sinks;

/// <summary>A <c>file_roll</c> sink on a simulated clock and a disk that can fail.</summary>
internal sealed class FileRollHarness : IDisposable
{
    public FileRollHarness()
    {
        Disk = new FaultyStorage(new LocalStorage(Scheduler.Runtime));
        Serializer = () => new TextSerializer(new TextSerializerOptions());
    }

    public static string Stamp { get; } = $"{ManualTimeProvider.Start.ToUnixTimeMilliseconds()}";

    public SimulatedScheduler Scheduler { get; } = new(1);

    public TempFolder Folder { get; } = new();

    public FaultyStorage Disk { get; }

    public RecordingLoggers Loggers { get; } = new();

    /// <summary>Makes the serializer of each file.</summary>
    public Func<IEventSerializer> Serializer { get; set; }

    public ComponentChoice Choice => ComponentChoice.Of(ComponentKind.Serializer, "test", _ => Serializer());

    /// <summary>Files by name, without the stamp of the sink's start, with their content; sorted by name.</summary>
    public IEnumerable<string> Files => new DirectoryInfo(Folder.Path).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal)
        .Select(file => $"{file.Name.Replace(Stamp, "", StringComparison.Ordinal)}: {File.ReadAllText(file.FullName).ReplaceLineEndings(" ").TrimEnd()}");

    public FileRollSink Create(FileRollSinkOptions options)
    {
        var context = new ComponentContext(new ComponentId("a1", ComponentKind.Sink, "k1"), Loggers, Scheduler.Runtime, NoServices.Instance);
        return new FileRollSink(options, context, Disk, Loggers.For<FileRollSink>());
    }

    /// <summary>A started sink that rolls every second.</summary>
    public FileRollSink Started(FileRollSync sync = FileRollSync.None)
    {
        var sink = Create(new FileRollSinkOptions { Directory = Folder.Path, RollInterval = TimeSpan.FromSeconds(1), Serializer = Choice, Sync = sync });
        Start(sink);
        return sink;
    }

    public void Start(FileRollSink sink) => Scheduler.Run(() => sink.StartAsync(CancellationToken.None));

    public void Stop(FileRollSink sink) => Scheduler.Run(() => sink.StopAsync(CancellationToken.None));

    public void Write(FileRollSink sink, params string[] bodies) =>
        Scheduler.Run(() => sink.WriteAsync([.. bodies.Select(body => FlumeEvent.FromText(body))], CancellationToken.None));

    public void Advance(double seconds) => Scheduler.Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Folder.Dispose();

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
