using System.Collections.Immutable;
using System.Reflection;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Execution;

public class GraphFactoryTests
{
    private const string Text = """
        a1.sources = r1
        a1.channels = c1 c2
        a1.sinks = k1 k2
        a1.sources.r1.type = numbers
        a1.sources.r1.channels = c1 c2
        a1.sources.r1.interceptors = i1 i2
        a1.sources.r1.interceptors.i1.type = append
        a1.sources.r1.interceptors.i1.text = !
        a1.sources.r1.interceptors.i2.type = append
        a1.sources.r1.interceptors.i2.text = ?
        a1.sources.r1.selector.type = all
        a1.channels.c1.type = memory
        a1.channels.c2.type = memory
        a1.sinks.k1.type = collect
        a1.sinks.k1.channel = c1
        a1.sinks.k2.type = collect
        a1.sinks.k2.channel = c2
        """;

    private static readonly ComponentRegistry Registry = new(
        typeof(GraphFactoryTests).GetNestedTypes(BindingFlags.Public).Append(typeof(MemoryChannel))
            .Where(type => type.IsDefined(typeof(ComponentAttribute)))
            .Select(type => DescriptorFactory.Create(type, type.GetCustomAttribute<ComponentAttribute>()!)));

    [Test]
    public void A_plan_becomes_a_graph_that_delivers()
    {
        var scheduler = new SimulatedScheduler(1);
        var host = new Host();
        scheduler.Run(async () =>
        {
            var graph = Build(Plan(Text), scheduler.Runtime, host);
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }

            Assert.That((await graph.StopAsync(TimeSpan.FromSeconds(8))).Drained, Is.True);
        });
        Assert.That(host.Collected, Is.EquivalentTo(new[] { "k1:1!?", "k1:2!?", "k1:3!?", "k2:1!?", "k2:2!?", "k2:3!?" }));
    }

    [Test]
    public void Building_starts_nothing_and_every_component_is_made_once()
    {
        var host = new Host();
        Build(Plan(Text), AgentRuntime.System, host);
        Assert.That(host.Made, Is.EquivalentTo(new[] { "a1.sources.r1", "a1.sinks.k1", "a1.sinks.k2" }));
        Assert.That(host.Started, Is.Zero);
    }

    [Test]
    public void A_sink_that_hangs_is_replaced_by_a_fresh_instance()
    {
        var scheduler = new SimulatedScheduler(1);
        var host = new Host { HangFirst = true };
        scheduler.Run(async () =>
        {
            var graph = Build(Plan(Text), scheduler.Runtime, host);
            await graph.StartAsync(CancellationToken.None);
            while (!graph.IsFinished)
            {
                await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            }

            await graph.StopAsync(TimeSpan.FromSeconds(8));
        });
        Assert.That(host.Made.Count(name => name.StartsWith("a1.sinks.", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(host.Collected, Has.Count.EqualTo(6));
    }

    [Test]
    public void Components_that_cannot_be_built_are_all_named()
    {
        var bag = new DiagnosticBag();
        var text = Text.Replace("k1.type = collect", "k1.type = broken").Replace("k2.type = collect", "k2.type = misfit").Replace("i2.type = append", "i2.type = lonely")
            .Replace("a1.sources.r1.interceptors.i2.text = ?\n", "");
        Assert.That(new GraphFactory(AgentRuntime.System, NullLoggerFactory.Instance, new Host()).Build(Plan(text), bag), Is.Null);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.EqualTo("""
            agent.conf(9,28): error FLK3900: a1.sources.r1.interceptors.i2: cannot be built: a1.sources.r1.interceptors.i2: LonelyInterceptor asks for System.Text.StringBuilder, which the host does not offer
            agent.conf(13,10): error FLK3900: a1.sinks.k1: cannot be built: no luck
            agent.conf(15,10): error FLK3900: a1.sinks.k2: cannot be built: Flafka.Dataflow.Tests.Graph.Execution.GraphFactoryTests+MisfitSink is no ISink
                The class has to implement ISink.

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Memory_is_shared_among_the_memory_channels()
    {
        var two = GraphFactory.Budget(Plan(Text)).BytesPerChannel;
        Assert.That(two, Is.EqualTo(MemoryBudget.For(2).BytesPerChannel).Within(1).Percent);
    }

    private static GraphPlan Plan(string text)
    {
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read(text, "agent.conf", [], _ => null, bag);
        var plan = new GraphCompiler(Registry).Compile(root, "a1", bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.Empty);
        return plan!;
    }

    private static AgentGraph Build(GraphPlan plan, AgentRuntime runtime, Host host)
    {
        var bag = new DiagnosticBag();
        var graph = new GraphFactory(runtime, NullLoggerFactory.Instance, host).Build(plan, bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.Empty);
        return graph!;
    }

    public sealed class Host : IServiceProvider
    {
        public List<string> Made { get; } = [];

        public List<string> Collected { get; } = [];

        public int Started { get; set; }

        public bool HangFirst { get; set; }

        public object? GetService(Type serviceType) => serviceType == typeof(Host) ? this : null;
    }

    [Source("numbers", CanReadAgain = true)]
    public sealed class NumbersSource : ISource
    {
        private readonly Host _host;

        public NumbersSource(ComponentId id, Host host)
        {
            _host = host;
            host.Made.Add(id.ToString());
        }

        public Task StartAsync(CancellationToken abort)
        {
            _host.Started++;
            return Task.CompletedTask;
        }

        public async Task RunAsync(ISourceOutput output, CancellationToken stopping) =>
            await output.DeliverAsync([FlumeEvent.FromText("1"), FlumeEvent.FromText("2"), FlumeEvent.FromText("3")], stopping);
    }

    [Interceptor("append")]
    public sealed class AppendInterceptor(AppendOptions options) : IInterceptor
    {
        public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
            new([.. events.Select(e => FlumeEvent.FromText(e + options.Text))]);
    }

    public sealed class AppendOptions
    {
        /// <summary>What is appended.</summary>
        [Option("text")]
        public string Text { get; init; } = string.Empty;
    }

    [Interceptor("lonely")]
    public sealed class LonelyInterceptor(System.Text.StringBuilder text) : IInterceptor
    {
        public ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) =>
            new([FlumeEvent.FromText(text.ToString())]);
    }

    [ChannelSelector("all")]
    public sealed class AllSelector : IChannelSelector
    {
        public void Route(ImmutableArray<FlumeEvent> events, RouteTable routes)
        {
            for (var channel = 0; channel < routes.Channels.Length; channel++)
            {
                routes.Required(channel, events);
            }
        }
    }

    [Sink("collect")]
    public sealed class CollectSink : ISink
    {
        private readonly ComponentId _id;
        private readonly Host _host;

        public CollectSink(ComponentId id, Host host, ILogger<CollectSink> logger)
        {
            ArgumentNullException.ThrowIfNull(logger);
            _id = id;
            _host = host;
            host.Made.Add(id.ToString());
        }

        public TimeSpan? CallTimeout => TimeSpan.FromSeconds(1);

        public async Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
        {
            if (_host.HangFirst)
            {
                _host.HangFirst = false;
                await new TaskCompletionSource().Task;
            }

            _host.Collected.AddRange(events.Select(e => $"{_id.Name}:{e}"));
        }
    }

    [Sink("broken")]
    public sealed class BrokenSink : ISink
    {
        public BrokenSink() => throw new InvalidOperationException("no luck.");

        public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => Task.CompletedTask;
    }

    [Sink("misfit")]
    public sealed class MisfitSink : IComponent;
}
