using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(60_000)]
public sealed class AddFlafkaTests : IDisposable
{
    private const string Agents = """
        {
          // order, case and comments of this file count
          "Flafka": { "Agents": {
            "a1": {
              "sources": { "r1": { "type": "seq", "totalEvents": 3, "channels": "c1",
                "interceptors": [ { "name": "z", "type": "static", "key": "k", "value": "1" }, { "name": "b", "type": "static", "key": "k", "value": "2" } ] } },
              "channels": { "c1": { "type": "memory" } },
              "sinks": { "k1": { "type": "delivered", "prefix": "one:", "channel": "c1" } }
            },
            "a2": {
              "sources": { "r1": { "type": "seq", "totalEvents": 2, "channels": "c1" } },
              "channels": { "c1": { "type": "memory" } },
              "sinks": { "k1": { "type": "delivered", "prefix": "two:", "channel": "c1" } }
            }
          } }
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task An_agent_in_code_runs_as_long_as_the_host(CancellationToken limit)
    {
        var delivered = new Delivered();
        var graph = FlafkaGraph.Create("a1").Source("r1", "seq", ["c1"], options: ("totalEvents", "5")).Channel("c1", "memory")
            .Sink<DeliveredSink>("k1", "c1", ("prefix", "x"));
        await RunAsync(delivered, 5, (services, _) => services.AddFlafka(graph), limit);
        Assert.That(delivered.Texts, Is.EqualTo(["x0", "x1", "x2", "x3", "x4"]));
    }

    [Test]
    public async Task The_agents_of_appsettings_run_and_later_providers_win(CancellationToken limit)
    {
        var delivered = new Delivered();
        var file = _folder.Write("appsettings.json", Agents);
        await RunAsync(delivered, 6, (services, configuration) =>
        {
            configuration.AddJsonFile(file);
            configuration.AddInMemoryCollection([new("Flafka:Agents:A1:Sources:r1:TotalEvents", "4")]);
            services.AddFlafka(options => options.Assemblies.Add(typeof(DeliveredSink).Assembly));
        }, limit);
        Assert.That(delivered.Texts.Order(), Is.EqualTo(["one:0", "one:1", "one:2", "one:3", "two:0", "two:1"]));
    }

    [Test]
    public async Task One_agent_of_several_is_named(CancellationToken limit)
    {
        var delivered = new Delivered();
        var file = _folder.Write("appsettings.json", Agents);
        await RunAsync(delivered, 2, (services, configuration) =>
        {
            configuration.AddJsonFile(file);
            services.AddFlafka(options =>
            {
                options.Assemblies.Add(typeof(DeliveredSink).Assembly);
                options.Agents.Add("a2");
            });
        }, limit);
        Assert.That(delivered.Texts, Is.EqualTo(["two:0", "two:1"]));
    }

    [Test]
    public async Task Providers_that_are_no_files_have_agents_too(CancellationToken limit)
    {
        var delivered = new Delivered();
        await RunAsync(delivered, 3, (services, configuration) =>
        {
            configuration.AddInMemoryCollection(
            [
                new("Flafka:Agents:a1:sources:r1:type", "seq"), new("Flafka:Agents:a1:sources:r1:totalEvents", "3"), new("Flafka:Agents:a1:sources:r1:channels:0", "c1"),
                new("Flafka:Agents:a1:channels:c1:type", "memory"),
                new("Flafka:Agents:a1:sinks:k1:type", "delivered"), new("Flafka:Agents:a1:sinks:k1:channel", "c1"), new("Flafka:Agents:a1:sinks:k1:prefix", "-"),
            ]);
            services.AddFlafka(options => options.Assemblies.Add(typeof(DeliveredSink).Assembly));
        }, limit);
        Assert.That(delivered.Texts, Is.EqualTo(["-0", "-1", "-2"]));
    }

    [Test]
    public async Task A_flume_conf_runs_beside_an_agent_in_code(CancellationToken limit)
    {
        var delivered = new Delivered();
        var file = _folder.Write("agent.conf", """
            a1.sources = r1
            a1.channels = c1
            a1.sinks = k1
            a1.sources.r1.type = seq
            a1.sources.r1.totalEvents = 2
            a1.sources.r1.channels = c1
            a1.channels.c1.type = memory
            a1.sinks.k1.type = delivered
            a1.sinks.k1.prefix = file:
            a1.sinks.k1.channel = c1
            """);
        var graph = FlafkaGraph.Create("a1").Source("r1", "seq", ["c1"], options: ("totalEvents", "1")).Channel("c1", "memory")
            .Sink<DeliveredSink>("k1", "c1", ("prefix", "code:"));
        await RunAsync(delivered, 3, (services, _) => services.AddFlafka(graph).AddFlafka(options =>
        {
            options.File = file;
            options.Assemblies.Add(typeof(DeliveredSink).Assembly);
        }), limit);
        Assert.That(delivered.Texts.Order(StringComparer.Ordinal), Is.EqualTo(["code:0", "file:0", "file:1"]));
    }

    [Test]
    public void A_wrong_configuration_keeps_the_host_from_starting_and_every_finding_has_its_place()
    {
        var file = _folder.Write("appsettings.json", Agents.Replace("\"seq\", \"totalEvents\": 3", "\"seqq\", \"totalEvents\": 3").Replace("\"totalEvents\": 2", "\"totalEvents\": \"two\""));
        var failure = Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(new Delivered(), 1, (services, configuration) =>
        {
            configuration.AddJsonFile(file);
            services.AddFlafka(options => options.Assemblies.Add(typeof(DeliveredSink).Assembly));
        }, CancellationToken.None))!;
        Assert.That(failure.Message, Does.Contain($"{file}(5,37): error FLK2001: a1.sources.r1.type: 'seqq'"));
        Assert.That(failure.Message, Does.Contain("error FLK2003: a2.sources.r1.totalEvents: 'two' is not a whole number"));
    }

    [Test]
    public void Nothing_to_run_is_a_mistake() => Assert.That(
        Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(new Delivered(), 1, (services, _) => services.AddFlafka(), CancellationToken.None))!.Message,
        Does.Contain("there is no agent to run"));

    // Runs the host until so much is delivered.
    private static async Task RunAsync(Delivered delivered, int count, Action<IServiceCollection, ConfigurationManager> configure, CancellationToken limit)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(delivered);
        configure(builder.Services, builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync(limit);
        while (delivered.Texts.Length < count)
        {
            await AgentRuntime.System.DelayAsync(TimeSpan.FromMilliseconds(10), limit);
        }

        await host.StopAsync(limit);
    }
}
