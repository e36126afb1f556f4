using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow;

namespace Fraud;

/// <summary>
/// Rates card transactions by asking a server about each, many at a time. The events go on in the order in which they came. Takes the place of a Java class:
/// <c>--type 'com.acme.FraudEventInterceptor$Builder=Fraud.FraudInterceptor, Fraud' --plugins-path FOLDER</c>.
/// </summary>
[Interceptor("fraud")]
public sealed class FraudInterceptor(FraudInterceptorOptions options, TimeProvider time) : IInterceptor
{
    private int _calls;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<FlumeEvent>> InterceptAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        var rated = new FlumeEvent[events.Length];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Calls, CancellationToken = abort };
        await Parallel.ForEachAsync(Enumerable.Range(0, events.Length), limits, async (place, cancel) => rated[place] = await RateAsync(events[place], cancel));
        return [.. rated];
    }

    // The server of this example answers after a while, with how many calls it had at that time.
    private async ValueTask<FlumeEvent> RateAsync(FlumeEvent transaction, CancellationToken cancel)
    {
        var calls = Interlocked.Increment(ref _calls);
        try
        {
            await Task.Delay(options.Answer, time, cancel);
            return FlumeEvent.FromText($"{transaction} rated calls={calls}", transaction.Headers);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }
}

/// <summary>Options of <see cref="FraudInterceptor"/>.</summary>
public sealed class FraudInterceptorOptions
{
    /// <summary>Most calls at a time.</summary>
    [Option("threadNum"), Range(1, 10_000)]
    public int Calls { get; init; } = 10;

    /// <summary>How long the server takes.</summary>
    [Option("answer", Unit = "ms")]
    public TimeSpan Answer { get; init; } = TimeSpan.FromMilliseconds(50);
}
