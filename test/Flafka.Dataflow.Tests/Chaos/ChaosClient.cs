namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>A source with clients that wait for an answer and send again when refused.</summary>
internal sealed class ChaosClient(ChaosRun run, string name, int count) : ISource
{
    private readonly Random _random = new(run.NextSeed());
    private int _next;

    /// <summary>Events that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    public bool IsIdle => Acknowledged == count;

    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        while (Acknowledged < count && !stopping.IsCancellationRequested)
        {
            _next = Acknowledged;
            var size = Math.Min(1 + _random.Next(10), count - _next);
            var answer = await output.DeliverAsync([.. Enumerable.Range(_next, size).Select(n => FlumeEvent.FromText($"{name}-{n}"))], stopping);
            if (answer.IsDelivered)
            {
                Acknowledged += size;
            }
            else
            {
                run.CountFault();
                run.Check(answer.Reason is not null, "a refusal has a reason");
                await run.Pause(_random, stopping);
            }

            if (_random.Next(5) == 0)
            {
                await run.Pause(_random, stopping);
            }
        }
    }
}
