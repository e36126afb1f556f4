using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Runtime;

public class AsyncSignalTests
{
    [Test, CancelAfter(60_000)]
    public async Task A_wake_up_that_meets_a_wait_as_it_is_cancelled_is_the_next_ones(CancellationToken limit)
    {
        for (var i = 0; i < 20_000; i++)
        {
            var signal = new AsyncSignal();
            using var cancel = new CancellationTokenSource();
            var first = signal.WaitAsync(cancel.Token);
            var setting = Task.Run(signal.Set, limit);
            cancel.Cancel();
            try
            {
                await first;
            }
            catch (OperationCanceledException)
            {
                await signal.WaitAsync(limit);
            }

            await setting;
        }
    }

    [Test]
    public async Task A_wake_up_that_meets_a_cancelled_wait_is_the_next_ones()
    {
        var signal = new AsyncSignal();
        using var cancel = new CancellationTokenSource();
        var first = signal.WaitAsync(cancel.Token);
        await cancel.CancelAsync();
        signal.Set();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(signal.WaitAsync(CancellationToken.None).IsCompletedSuccessfully, Is.True);
        Assert.That(signal.WaitAsync(CancellationToken.None).IsCompleted, Is.False, "It is one wake-up.");
    }
}
