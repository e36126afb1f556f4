namespace Flafka.Dataflow.Tests.Library;

/// <summary>The sample of the README, compiled.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(CancellationToken stopping)
    {
        await using var graph = FlafkaGraph.Create("demo")
            .Source("numbers", async (output, stopping) =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    await output.DeliverAsync([FlumeEvent.FromText($"event {i}")], stopping);
                }
            }, to: ["c1"], interceptors: ["timestamp"])
            .Channel("c1", "memory", ("capacity", "10000"))
            .Sink("print", "c1", (events, abort) => Console.Out.WriteLineAsync($"{events.Length} events"))
            .Build();                       // ConfigurationException carries the diagnostics
        await graph.RunAsync(stopping);
    }
}
