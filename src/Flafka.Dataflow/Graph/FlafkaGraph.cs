using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flafka.Dataflow;

/// <summary>
/// An agent described in code. It goes through the same compiler as a file, so it has the same rules, the same plan and the same
/// <see cref="AgentGraph"/>; a finding names the call that it is about instead of a line.
/// </summary>
/// <remarks>Not thread-safe. Nothing is made or started before <see cref="Build"/>.</remarks>
public sealed class FlafkaGraph
{
    private readonly string _name;
    private readonly SourceSpan _created;
    private readonly ConfigTreeBuilder _tree;
    private readonly DiagnosticBag _diagnostics = new();
    private readonly HashSet<Assembly> _assemblies = [typeof(FlafkaGraph).Assembly];
    private readonly List<ComponentDescriptor> _inCode = [];

    private FlafkaGraph(string name)
    {
        _name = Checked(name);
        _created = new SourceSpan($"Create(\"{name}\")", 0, 0);
        _tree = new ConfigTreeBuilder(_created.Origin, _diagnostics);
    }

    /// <summary>Begins an agent.</summary>
    /// <param name="name">Its name, without blanks and dots.</param>
    public static FlafkaGraph Create(string name) => new(name);

    /// <summary>Lets types of an assembly be named by their aliases, such as <c>kafka</c> for those of Flafka.Dataflow.Kafka.</summary>
    public FlafkaGraph AddComponentsFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        _assemblies.Add(assembly);
        return this;
    }

    /// <summary>Adds a source that is a method.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">
    /// Hands events over until the token fires; see <see cref="ISource.RunAsync"/>. Returning means that there is nothing more; a failure is logged,
    /// and the method is called again after 3 s.
    /// </param>
    /// <param name="to">The channels that get its events.</param>
    /// <param name="interceptors">What changes its events, in order.</param>
    public FlafkaGraph Source(
        string name, Func<ISourceOutput, CancellationToken, Task> run, IEnumerable<string> to, IEnumerable<InterceptorUse>? interceptors = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Source(name, InCode(ComponentKind.Source, name, typeof(LambdaSource), typeof(object), (_, _) => new LambdaSource(run)), to, interceptors, []);
    }

    /// <summary>Adds a source of a user's own class, or of any other.</summary>
    /// <typeparam name="T">The class; its constructor may ask for its options, a logger and services.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="to">The channels that get its events.</param>
    /// <param name="interceptors">What changes its events, in order.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public FlafkaGraph Source<T>(
        string name, IEnumerable<string> to, IEnumerable<InterceptorUse>? interceptors = null, params (string Key, string Value)[] options)
        where T : class, ISource => Source(name, Class(ComponentKind.Source, typeof(T)), to, interceptors, options);

    /// <summary>Adds a source of a known type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Alias or class name, as in a file.</param>
    /// <param name="to">The channels that get its events.</param>
    /// <param name="interceptors">What changes its events, in order.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public FlafkaGraph Source(
        string name, string type, IEnumerable<string> to, IEnumerable<InterceptorUse>? interceptors = null, params (string Key, string Value)[] options)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(to);
        if (Component(AgentFamilies.Sources, name, type, options, Call(nameof(Source), name)) is not { } source)
        {
            return this;
        }

        var span = source.ValueSpan;
        ImmutableArray<string> channels = [.. to];
        if (!channels.IsEmpty)
        {
            _tree.Set(source.Child("channels", span), string.Join(' ', channels), channels, span);
        }

        foreach (var interceptor in interceptors ?? [])
        {
            var chain = source.Child("interceptors", span);
            var place = $"i{(chain.Items.IsDefault ? 0 : chain.Items.Length) + 1}";
            Append(chain, place, span);
            Fill(chain.Child(place, span), interceptor.TypeIn(this), interceptor.Options, span);
        }

        return this;
    }

    /// <summary>Adds a source that takes the events of a block of the user's own.</summary>
    /// <remarks>
    /// An event that was taken from the block is handed over again until the channels take it. A completed block ends the source; a faulted one makes it failing.
    /// The graph does not complete the block.
    /// </remarks>
    /// <param name="name">Its name.</param>
    /// <param name="block">Where the events come from.</param>
    /// <param name="to">The channels that get its events.</param>
    /// <param name="interceptors">What changes its events, in order.</param>
    /// <param name="batchSize">Most events in one batch; a batch takes what is there and never waits to fill.</param>
    public FlafkaGraph Source(
        string name, ISourceBlock<FlumeEvent> block, IEnumerable<string> to, IEnumerable<InterceptorUse>? interceptors = null, int batchSize = BatchOptions.Default)
    {
        ArgumentNullException.ThrowIfNull(block);
        var type = InCode(
            ComponentKind.Source, name, typeof(BlockSource), typeof(BatchOptions),
            (context, options) => new BlockSource(block, ((BatchOptions)options).BatchSize, context));
        return Source(name, type, to, interceptors, BatchSize(batchSize));
    }

    /// <summary>Adds the source that <see cref="AgentGraph.PutAsync(ImmutableArray{FlumeEvent}, CancellationToken)"/> puts into: the program itself is where the events come from.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="to">The channels that get its events.</param>
    /// <param name="interceptors">What changes its events, in order.</param>
    public FlafkaGraph Embedded(string name, IEnumerable<string> to, IEnumerable<InterceptorUse>? interceptors = null) => Source(
        name, InCode(ComponentKind.Source, name, typeof(EmbeddedSource), typeof(object), (context, _) => new EmbeddedSource(context.Runtime)), to, interceptors, []);

    /// <summary>Adds a channel.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Alias or class name, as in a file.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public FlafkaGraph Channel(string name, string type, params (string Key, string Value)[] options)
    {
        ArgumentNullException.ThrowIfNull(type);
        Component(AgentFamilies.Channels, name, type, options, Call(nameof(Channel), name));
        return this;
    }

    /// <summary>Adds a sink that is a method.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="channel">The channel that it empties.</param>
    /// <param name="write">Writes the events: returning delivers them, throwing gives them back to the channel; see <see cref="ISink.WriteAsync"/>.</param>
    /// <param name="batchSize">Most events of one call; <see langword="null"/>: 100, or the channel's <c>transactionCapacity</c> when that is less.</param>
    public FlafkaGraph Sink(string name, string channel, Func<ImmutableArray<FlumeEvent>, CancellationToken, Task> write, int? batchSize = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        var options = batchSize is null ? typeof(object) : typeof(BatchOptions);
        var type = InCode(ComponentKind.Sink, name, typeof(LambdaSink), options, (_, _) => new LambdaSink(write));
        return Sink(name, channel, type, batchSize is { } events ? BatchSize(events) : []);
    }

    /// <summary>Adds a sink of a user's own class, or of any other.</summary>
    /// <typeparam name="T">The class, an <see cref="ISink"/> or <see cref="IHoldingSink"/>; its constructor may ask for its options, a logger and services.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="channel">The channel that it empties.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public FlafkaGraph Sink<T>(string name, string channel, params (string Key, string Value)[] options)
        where T : class, IComponent => Sink(name, channel, Class(ComponentKind.Sink, typeof(T)), options);

    /// <summary>Adds a sink of a known type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="channel">The channel that it empties.</param>
    /// <param name="type">Alias or class name, as in a file.</param>
    /// <param name="options">Its keys, as in a file.</param>
    public FlafkaGraph Sink(string name, string channel, string type, params (string Key, string Value)[] options)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(type);
        if (Component(AgentFamilies.Sinks, name, type, options, Call(nameof(Sink), name)) is { } sink)
        {
            _tree.Set(sink.Child("channel", sink.ValueSpan), channel, [channel], sink.ValueSpan);
        }

        return this;
    }

    /// <summary>
    /// Adds a sink that gives batches to a block of the user's own. The block owes the receipt: it settles it, exactly once and on any thread, as delivered
    /// or as rejected, whereupon the channel lends the events again.
    /// </summary>
    /// <remarks>A block that waits for more batches before it settles needs a time-out of its own. The graph does not complete the block.</remarks>
    /// <param name="name">Its name.</param>
    /// <param name="channel">The channel that it empties.</param>
    /// <param name="block">Where the batches go.</param>
    /// <param name="maxHeldEvents">Most events that the block owes at a time.</param>
    public FlafkaGraph Sink(string name, string channel, ITargetBlock<EventBatch> block, int maxHeldEvents = 1000)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxHeldEvents, 1);
        var type = InCode(ComponentKind.Sink, name, typeof(BlockSink), typeof(object), (context, _) => new BlockSink(block, maxHeldEvents, context.Runtime));
        return Sink(name, channel, type);
    }

    /// <summary>Sets any other key of the agent, such as <c>sources.r1.selector.type</c> or <c>sinkgroups</c>.</summary>
    /// <param name="key">The key as in a file, without the agent's name.</param>
    /// <param name="value">The value as in a file.</param>
    public FlafkaGraph Set(string key, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(value);
        var span = Call(nameof(Set), key);
        Set(Agent, key, value, span);
        return this;
    }

    /// <summary>Compiles and builds the agent; nothing is started.</summary>
    /// <param name="loggers">Where the graph logs, also what keeps failing; <see langword="null"/>: nowhere.</param>
    /// <param name="services">Offers services to constructors of components.</param>
    /// <param name="runtime">Clock and scheduler; <see langword="null"/>: the machine's clock and the thread pool.</param>
    /// <exception cref="ConfigurationException">Something is wrong; it carries every finding.</exception>
    public AgentGraph Build(ILoggerFactory? loggers = null, IServiceProvider? services = null, AgentRuntime? runtime = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var diagnostics = new DiagnosticBag();
        foreach (var finding in _diagnostics.Items)
        {
            diagnostics.Report(finding);
        }

        var graph = Compile(diagnostics) is { } plan
            ? new GraphFactory(runtime ?? AgentRuntime.System, loggers, services).Build(plan, diagnostics)
            : null;
        if (graph is null)
        {
            throw new ConfigurationException(diagnostics.Items);
        }

        FindingLog.Write(loggers.CreateLogger<FlafkaGraph>(), diagnostics);
        return graph;
    }

    private ConfigTreeBuilder.MutableNode Agent => _tree.Root.Child(_name, _created);

    private GraphPlan? Compile(DiagnosticBag diagnostics)
    {
        var root = _tree.Build();
        if (root.Children.IsEmpty)
        {
            diagnostics.Add(Codes.MissingList, _name, _created, "the agent has neither sources nor sinks", "Call Source, Channel and Sink before Build.");
            return null;
        }

        if (diagnostics.Items.Any(finding => finding.Code == Codes.UnusableClass.Id))
        {
            // Whatever else is found follows from the class that is missing.
            return null;
        }

        try
        {
            var registry = new ComponentRegistry(_assemblies.SelectMany(ComponentScanner.Scan).Concat(_inCode));
            return new GraphCompiler(registry).Compile(root, _name, diagnostics);
        }
        catch (Exception unusable) when (unusable is ArgumentException or InvalidOperationException)
        {
            ReportUnusable(diagnostics, unusable);
            return null;
        }
    }

    private void ReportUnusable(DiagnosticBag diagnostics, Exception unusable) =>
        diagnostics.Add(Codes.UnusableClass, _name, _created, unusable.Message.TrimEnd('.'));

    /// <summary>Makes a class known, whether or not it says by an attribute what it is.</summary>
    /// <returns>How the tree names it.</returns>
    internal string Class(ComponentKind kind, Type type)
    {
        if (!_inCode.Exists(known => known.Kind == kind && known.Implementation == type))
        {
            try
            {
                _inCode.Add(DescriptorFactory.Create(type, kind));
            }
            catch (InvalidOperationException unusable)
            {
                ReportUnusable(_diagnostics, unusable);
            }
        }

        return type.FullName!;
    }

    private string InCode(ComponentKind kind, string name, Type implementation, Type options, Func<ComponentContext, object, object> create)
    {
        // Aliases are compared without case, names are not.
        var alias = $"{name} in code";
        if (_inCode.Exists(known => known.Kind == kind && known.Alias.Equals(alias, StringComparison.OrdinalIgnoreCase)))
        {
            alias += $" ({_inCode.Count.ToString(CultureInfo.InvariantCulture)})";
        }

        _inCode.Add(new ComponentDescriptor(
            kind, alias, [], ComponentStatus.Stable, CanReadAgain: false, IsDurable: false, implementation, options,
            options == typeof(object) ? [] : OptionDescriptors.Of(options), Summary: null, create));
        return alias;
    }

    private static (string Key, string Value)[] BatchSize(int events) => [("batchSize", events.ToString(CultureInfo.InvariantCulture))];

    private ConfigTreeBuilder.MutableNode? Component(string family, string name, string type, (string Key, string Value)[] options, SourceSpan span)
    {
        ArgumentNullException.ThrowIfNull(options);
        var list = Agent.Child(family, span);
        if (!list.Items.IsDefault && list.Items.Contains(name))
        {
            _diagnostics.Add(
                Codes.KeyTwiceDifferent, $"{_name}.{family}.{name}", span, "there are two of this name", "Give one of them another name.");
            return null;
        }

        Append(list, name, span);
        var node = list.Child(name, span);
        node.ValueSpan = span;
        Fill(node, type, options, span);
        return node;
    }

    private void Fill(ConfigTreeBuilder.MutableNode node, string type, IEnumerable<(string Key, string Value)> options, SourceSpan span)
    {
        Set(node, "type", type, span);
        foreach (var (key, value) in options)
        {
            Set(node, key, value, span);
        }
    }

    private void Set(ConfigTreeBuilder.MutableNode parent, string key, string value, SourceSpan span)
    {
        var node = ConfigTreeBuilder.Descend(parent, key, _ => span);
        if (string.IsNullOrWhiteSpace(value))
        {
            _tree.SkipEmpty(node, isBlank: !string.IsNullOrEmpty(value));
        }
        else
        {
            _tree.Set(node, value, default, span);
        }
    }

    private static void Append(ConfigTreeBuilder.MutableNode list, string name, SourceSpan span)
    {
        list.Items = list.Items.IsDefault ? [name] : list.Items.Add(name);
        list.Value = string.Join(' ', list.Items);
        list.ValueSpan = span;
    }

    private static SourceSpan Call(string method, string name) => new($"{method}(\"{OneLine.Escape(Checked(name, mayHaveDots: method == nameof(Set)))}\")", 0, 0);

    private static string Checked(string name, bool mayHaveDots = false, [CallerArgumentExpression(nameof(name))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        return name.Any(c => char.IsWhiteSpace(c) || (c == '.' && !mayHaveDots))
            ? throw new ArgumentException($"The name '{name}' has a blank or a dot.", parameter)
            : name;
    }
}
