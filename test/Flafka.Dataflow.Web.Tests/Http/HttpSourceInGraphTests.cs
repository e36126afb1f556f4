using System.Text;
using Flafka.Dataflow.Components.Channels;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Web.Tests.Http;

public class HttpSourceInGraphTests
{
    [Test]
    public async Task Events_reach_the_sink_and_what_does_not_fit_or_cannot_be_read_is_answered_and_counted()
    {
        var source = RunningSource.Create(new HttpSourceOptions { Port = 0, Handler = RunningSource.Json });
        var delivered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new ScriptedSink(async (_, events, _) =>
        {
            delivered.TrySetResult(string.Join('|', events));
            await Task.CompletedTask;
        });
        await using var graph = new SimulatedGraph(AgentRuntime.System)
            .Channel("c1", Memory(100))
            .Channel("c2", Memory(100))
            .Source("r1", source, ("c1", false), ("c2", false))
            .Sink("k1", "c1", () => sink)
            .Build();
        await graph.StartAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = await AddressAsync(source) };

        Assert.That(await PostAsync(client, """[{"body":"a"},{"body":"b"}]"""), Is.EqualTo(200));
        Assert.That(await delivered.Task, Is.EqualTo("a|b"));
        Assert.That(await PostAsync(client, "[" + string.Join(',', Enumerable.Repeat("{}", 150)) + "]"), Is.EqualTo(503)); // c2 has no sink
        Assert.That(await PostAsync(client, "nonsense"), Is.EqualTo(400));
        var counters = graph.Counters.Single(item => item.Id.Kind == ComponentKind.Source);
        Assert.That(
            (counters[FlumeCounter.EventReceivedCount], counters[FlumeCounter.EventAcceptedCount], counters[FlumeCounter.ChannelWriteFail], counters[FlumeCounter.EventReadFail]),
            Is.EqualTo((152, 2, 1, 1)));
    }

    private static MemoryChannel Memory(int capacity) =>
        new(new MemoryChannelOptions { Capacity = capacity, KeepAlive = TimeSpan.Zero }, AgentRuntime.System, new MemoryBudget(long.MaxValue));

    // The graph starts its sources in the background.
    private static async Task<Uri> AddressAsync(HttpSource source)
    {
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            if (source.Address is { } address)
            {
                return address;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        throw new TimeoutException("The source does not listen after 10 s.");
    }

    private static async Task<int> PostAsync(HttpClient client, string document)
    {
        // Listening begins a moment before running; a client is told to come again.
        for (var attempt = 0; ; attempt++)
        {
            var answer = await client.PostAsync("", new StringContent(document, Encoding.UTF8, "application/json"));
            if (attempt == 1_000 || (int)answer.StatusCode != 503 || !(await answer.Content.ReadAsStringAsync()).Contains("starts", StringComparison.Ordinal))
            {
                return (int)answer.StatusCode;
            }
        }
    }
}
