using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.InMemory;

/// <summary>The client library refuses its settings, or cannot be loaded: the agent lives, says so, and goes on when it works.</summary>
public class NoClientTests
{
    [Test]
    public void A_channel_without_a_client_refuses_what_is_put_until_there_is_one()
    {
        var scheduler = new SimulatedScheduler(1);
        var logs = new RecordingLoggers();
        var kafka = new InMemoryKafka(scheduler.Runtime) { Broken = new InvalidOperationException("sasl.username must be set") };
        kafka.CreateTopic("t", 1);
        var sink = new Collected();
        scheduler.Run(async () =>
        {
            var channel = SimulatedKafka.NewChannel(kafka, loggers: logs);
            await using var graph = new SimulatedGraph(kafka.Runtime, logs)
                .Channel("c1", channel)
                .Source("r1", new RereadingSource("s", 100, () => 10), ("c1", false))
                .Sink("k1", "c1", () => sink, maxEvents: 20)
                .Build();
            await graph.StartAsync(CancellationToken.None);
            await scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            Assert.That(channel.Problem, Is.EqualTo("sasl.username must be set"));
            kafka.Broken = null;
            await scheduler.UntilAsync(() => sink.Events.Count >= 100 && graph.IsIdle);
            Assert.That(channel.Problem, Is.Null);
            await graph.StopAsync(TimeSpan.FromSeconds(10));
        });
        Assert.That(sink.Texts, Is.EqualTo(Enumerable.Range(0, 100).Select(n => $"s-{n}")));
        Assert.That(logs.Texts.Count(line => line.Contains("no Kafka client can be made", StringComparison.Ordinal)), Is.EqualTo(1));
    }
}
