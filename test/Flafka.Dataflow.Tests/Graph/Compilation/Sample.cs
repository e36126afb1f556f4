using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.Components.ConfigFilters;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>Small components with the shapes of options that real ones have, and the file channel. Nothing runs them.</summary>
internal static class Sample
{
    public static ComponentRegistry Registry { get; } = new(
        typeof(Sample).GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Where(type => type.IsDefined(typeof(ComponentAttribute)))
            .Append(typeof(EnvironmentVariableFilter)).Append(typeof(ExternalProcessFilter))
            .Append(typeof(FileChannel)) // the real one: its keys are many
            .Select(type => DescriptorFactory.Create(type, type.GetCustomAttribute<ComponentAttribute>()!)));

    public enum SyncMode
    {
        None,
        Commit,
    }

    /// <summary>A source that reads files again.</summary>
    [Source("spool", JavaClass = "org.example.SpoolSource", CanReadAgain = true)]
    internal sealed class SpoolSource(SpoolSourceOptions options) : Stub, ISource
    {
        public SpoolSourceOptions Options { get; } = options;

        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    /// <summary>Options of <c>spool</c>.</summary>
    public sealed class SpoolSourceOptions : IBatchSized, IExclusiveResources, ISetsHeaders
    {
        /// <summary>The directory.</summary>
        [Option("spoolDir"), Required]
        public string Directory { get; init; } = "";

        /// <summary>Events in a batch.</summary>
        [Option("batchSize", Unit = "events"), Range(1, int.MaxValue)]
        public int BatchSize { get; init; } = 100;

        [Option("deserializer")]
        public ComponentChoice Deserializer { get; init; } = ComponentChoice.Of(ComponentKind.Deserializer, "LINE");

        public IEnumerable<string> Resources => [$"dir:{Directory}"];

        public bool MaySet(string header) => false;
    }

    [Source("listen")]
    internal sealed class ListenSource(ListenSourceOptions options, ILogger<ListenSource> logger, TimeProvider time) : Stub, ISource
    {
        public (ListenSourceOptions Options, ILogger Logger, TimeProvider Time) Parts { get; } = (options, logger, time);

        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    public sealed class ListenSourceOptions : IExclusiveResources
    {
        [Option("bind")]
        public string Bind { get; init; } = "127.0.0.1";

        [Option("port"), Required, Range(0, 65535)]
        public int Port { get; init; }

        [Option("ack-every-event")]
        public bool Acknowledge { get; init; } = true;

        [Option("threads", Ignored = "Sockets need no threads of their own.")]
        public int Threads { get; init; }

        public IEnumerable<string> Resources => [$"tcp:{Bind}:{Port}"];
    }

    [Source("web")]
    internal sealed class WebSource(WebSourceOptions options) : Stub, ISource
    {
        public WebSourceOptions Options { get; } = options;

        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    public sealed class WebSourceOptions : IListener
    {
        [Option("bind", Deprecated = ["host"])]
        public string Bind { get; init; } = "127.0.0.1";
    }

    [Source("command", RunsCommands = true)]
    internal sealed class CommandSource : Stub, ISource
    {
        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    [Channel("memory")]
    internal sealed class MemoryChannel(MemoryChannelOptions options) : ChannelStub
    {
        public MemoryChannelOptions Options { get; } = options;
    }

    public sealed class MemoryChannelOptions : ITransactionLimited, IAcknowledging, IValidatableObject
    {
        [Option("capacity", Unit = "events"), Range(1, int.MaxValue)]
        public int Capacity { get; init; } = 100;

        [Option("transactionCapacity", Unit = "events"), Range(1, int.MaxValue)]
        public int TransactionCapacity { get; init; } = 100;

        [Option("keep-alive", Unit = "s")]
        public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(3);

        [Option("acknowledge")]
        public AcknowledgeMode Acknowledge { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (TransactionCapacity > Capacity)
            {
                yield return new ValidationResult($"{TransactionCapacity} is more than the capacity of {Capacity}.", [nameof(TransactionCapacity)]);
            }
        }
    }

    [Channel("durable", IsDurable = true)]
    internal sealed class DurableChannel(DurableChannelOptions options) : ChannelStub
    {
        public DurableChannelOptions Options { get; } = options;
    }

    public sealed class DurableChannelOptions : IAcknowledging
    {
        [Option("dataDirs", Separator = ",")]
        public ImmutableArray<string> DataDirs { get; init; } = ["~/data"];

        [Option("acknowledge")]
        public AcknowledgeMode Acknowledge { get; init; }
    }

    [Sink("file_roll", JavaClass = "org.example.RollSink")]
    internal sealed class FileSink(FileSinkOptions options, ComponentContext context) : Stub, ISink
    {
        public (FileSinkOptions Options, ComponentContext Context) Parts { get; } = (options, context);

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    public sealed class FileSinkOptions : IBatchSized, ICommitPoint
    {
        [Option("sink.directory"), Required]
        public string Directory { get; init; } = "";

        [Option("sink.batchSize", Unit = "events"), Range(1, int.MaxValue)]
        public int BatchSize { get; init; } = 100;

        [Option("sink.rollInterval", Unit = "s"), Range(0, 86_400)]
        public TimeSpan RollInterval { get; init; } = TimeSpan.FromSeconds(30);

        [Option("sink.sync")]
        public SyncMode Sync { get; init; }

        [Option("sink.serializer")]
        public ComponentChoice Serializer { get; init; } = ComponentChoice.Of(ComponentKind.Serializer, "TEXT");

        public CommitPoint CommitPoint => Sync == SyncMode.Commit ? CommitPoint.Disk : CommitPoint.OperatingSystem;

        public string? SyncKey => "sink.sync = commit";
    }

    [Source("member", CanReadAgain = true)]
    internal sealed class MemberSource(MemberSourceOptions options) : Stub, ISource
    {
        public MemberSourceOptions Options { get; } = options;

        public Task RunAsync(ISourceOutput output, CancellationToken stopping) => Task.CompletedTask;
    }

    public sealed class MemberSourceOptions : IGroupMember
    {
        [Option("topics")]
        public string Reads { get; init; } = "";

        [Option("group")]
        public string GroupId { get; init; } = "flume";

        public string GroupServer => "server:1";
    }

    [Sink("queue")]
    internal sealed class QueueSink(QueueSinkOptions options) : Stub, ISink
    {
        public QueueSinkOptions Options { get; } = options;

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    public sealed class QueueSinkOptions : IBatchSized
    {
        [Option("kafka.bootstrap.servers", Deprecated = ["brokerList"], Separator = ","), Required]
        public ImmutableArray<string> Servers { get; init; } = [];

        [Option("kafka.topic", Deprecated = ["topic"])]
        public string Topic { get; init; } = "default-flume-topic";

        [Option("flumeBatchSize", Unit = "events", Deprecated = ["batchSize"]), Range(1, 1_000_000)]
        public int BatchSize { get; init; } = 100;

        [Option("password", Secret = true)]
        public string? Password { get; init; }

        [Option("pin", Secret = true)]
        public int Pin { get; init; }

        [Option("maxBytes", Unit = "bytes")]
        public long MaxBytes { get; init; } = 1024;

        [Option("ratio")]
        public double Ratio { get; init; } = 0.5;

        [Option("kafka.producer.")]
        public ImmutableDictionary<string, string> Producer { get; init; } = ImmutableDictionary<string, string>.Empty;
    }

    [Sink("dated")]
    internal sealed class DatedSink(DatedSinkOptions options) : Stub, ISink
    {
        public DatedSinkOptions Options { get; } = options;

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    public sealed class DatedSinkOptions : INeedsTimestamp
    {
        [Option("path", IsFileSystemPath = true), Required]
        public string Path { get; init; } = "";

        [Option("localTime")]
        public bool LocalTime { get; init; }

        public string? TimestampProperty => !LocalTime && Path.Contains('%', StringComparison.Ordinal) ? nameof(Path) : null;

        public string LocalTimeSetting => "localTime = true";
    }

    [Sink("whole")]
    internal sealed class WholeSink(WholeSinkOptions options) : Stub, ISink
    {
        public WholeSinkOptions Options { get; } = options;

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    public sealed class WholeSinkOptions : IHoldsEvents, IMakesFiles
    {
        [Option("roll")]
        public int Roll { get; init; } = 1000;

        public SmallFiles? SmallFiles => Roll < 100 ? new SmallFiles(nameof(Roll), "files that count whole", $"{Roll} events", "roll = 0") : null;

        [Option("events")]
        public long Events { get; init; } = 1000;

        public HoldingPlan? Plan(ChannelTraits channel) => Events == 0 ? null
            : new HoldingPlan($"It holds (as {channel.Name} is {(channel.IsDurable ? "durable" : "not durable")}).", Events, IsWhole: true)
            {
                WhenCramped = "files will be cut at about {0} events",
            };
    }

    [Sink("null")]
    internal sealed class NullSink : Stub, ISink
    {
        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    [Interceptor("stamp", JavaClass = "org.example.StampInterceptor$Builder")]
    internal sealed class StampInterceptor(StampInterceptorOptions options) : Stub, IInterceptor
    {
        public StampInterceptorOptions Options { get; } = options;

        public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => new(events);
    }

    public sealed class StampInterceptorOptions : ISetsHeaders
    {
        [Option("headerName")]
        public string Header { get; init; } = "timestamp";

        [Option("preserveExisting")]
        public bool PreserveExisting { get; init; }

        public bool MaySet(string header) => header == Header;
    }

    [ChannelSelector("replicating")]
    internal sealed class Replicating(ReplicatingOptions options) : IChannelSelector
    {
        public ReplicatingOptions Options { get; } = options;

        public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
        {
        }
    }

    public sealed class ReplicatingOptions : IRoutes
    {
        [Option("optional")]
        public ImmutableArray<string> Optional { get; init; } = [];

        public IEnumerable<(string Key, string Channel)> RequiredChannels => [];

        public IEnumerable<(string Key, string Channel)> OptionalChannels => Optional.Select(channel => ("optional", channel));
    }

    [ChannelSelector("multiplexing")]
    internal sealed class Multiplexing(MultiplexingOptions options) : IChannelSelector
    {
        public MultiplexingOptions Options { get; } = options;

        public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
        {
        }
    }

    public sealed class MultiplexingOptions : IRoutes
    {
        [Option("header")]
        public string Header { get; init; } = "flume.selector.header";

        [Option("mapping.")]
        public IReadOnlyDictionary<string, string> Mapping { get; init; } = ImmutableDictionary<string, string>.Empty;

        [Option("optional.")]
        public IReadOnlyDictionary<string, string> Optional { get; init; } = ImmutableDictionary<string, string>.Empty;

        [Option("default")]
        public ImmutableArray<string> Default { get; init; } = [];

        public IEnumerable<(string Key, string Channel)> RequiredChannels =>
            Mapping.SelectMany(pair => pair.Value.Split(' ').Select(channel => ($"mapping.{pair.Key}", channel))).Concat(Default.Select(channel => ("default", channel)));

        public IEnumerable<(string Key, string Channel)> OptionalChannels =>
            Optional.SelectMany(pair => pair.Value.Split(' ').Select(channel => ($"optional.{pair.Key}", channel)));
    }

    [SinkProcessor("default")]
    internal sealed class DefaultProcessor : ISinkProcessor
    {
        public int? Choose(IReadOnlyList<SinkState> sinks, int attempt) => 0;

        public void Report(int sink, Exception? failure)
        {
        }
    }

    [SinkProcessor("load_balance")]
    internal sealed class LoadBalance : ISinkProcessor
    {
        public int? Choose(IReadOnlyList<SinkState> sinks, int attempt) => 0;

        public void Report(int sink, Exception? failure)
        {
        }
    }

    [SinkProcessor("failover")]
    internal sealed class Failover(FailoverOptions options) : ISinkProcessor
    {
        public FailoverOptions Options { get; } = options;

        public int? Choose(IReadOnlyList<SinkState> sinks, int attempt) => 0;

        public void Report(int sink, Exception? failure)
        {
        }
    }

    public sealed class FailoverOptions : ISinkPriorities
    {
        [Option("priority.")]
        public IReadOnlyDictionary<string, string> Priority { get; init; } = ImmutableDictionary<string, string>.Empty;

        [Option("maxpenalty", Unit = "ms")]
        public TimeSpan MaxPenalty { get; init; } = TimeSpan.FromSeconds(30);

        public IEnumerable<(string Key, string Sink, int Priority)> Priorities =>
            from pair in Priority
            where int.TryParse(pair.Value, CultureInfo.InvariantCulture, out _)
            select ($"priority.{pair.Key}", pair.Key, int.Parse(pair.Value, CultureInfo.InvariantCulture));
    }

    [Serializer("WHOLE", CountsWhenFinished = true)]
    internal sealed class WholeFileSerializer : Stub;

    [Serializer("TEXT", JavaClass = "org.example.TextSerializer$Builder")]
    internal sealed class TextSerializer(TextSerializerOptions options)
    {
        public TextSerializerOptions Options { get; } = options;
    }

    public sealed class TextSerializerOptions
    {
        [Option("appendNewline")]
        public bool AppendNewline { get; init; } = true;
    }

    [Deserializer("LINE")]
    internal sealed class LineDeserializer(LineDeserializerOptions options)
    {
        public LineDeserializerOptions Options { get; } = options;
    }

    public sealed class LineDeserializerOptions
    {
        [Option("maxLineLength"), Range(1, int.MaxValue)]
        public int MaxLineLength { get; init; } = 2048;
    }

    internal abstract class Stub : IComponent;

    internal abstract class ChannelStub : Stub, IChannel
    {
        public ChannelStatistics Statistics => default;

        public ValueTask<bool> PutAsync(EventBatch batch, PutMode mode, CancellationToken abort) => new(false);

        public IChannelFeed Connect(ITargetBlock<Lease> sink, FeedOptions options) => throw new NotSupportedException();

        public void UpstreamWaits(int change)
        {
        }

        public Task DrainAsync(CancellationToken abort) => Task.CompletedTask;
    }
}
