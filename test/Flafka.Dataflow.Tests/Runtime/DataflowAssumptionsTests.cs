using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Runtime;

/// <summary>What the core relies on in the framework. Each case runs simulated; the scheduler fails it when anything happens on another thread.</summary>
public class DataflowAssumptionsTests
{
    [Test]
    public void Linked_blocks_with_the_scheduler_stay_on_it() => OnScheduler(async scheduler =>
    {
        var options = new ExecutionDataflowBlockOptions { TaskScheduler = scheduler };
        var seen = new List<int>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var buffer = new BufferBlock<int>(options);
        var many = new TransformManyBlock<int, int>(
            async x =>
            {
                await Task.Yield();
                AssertOn(scheduler);
                return [x, x];
            },
            options);
        var action = new ActionBlock<int>(
            async x =>
            {
                await Task.Yield();
                AssertOn(scheduler);
                seen.Add(x);
                if (seen.Count == 20)
                {
                    all.SetResult();
                }
            },
            options);
        buffer.LinkTo(many);
        many.LinkTo(action);
        for (var i = 0; i < 10; i++)
        {
            Assert.That(buffer.Post(i), Is.True);
        }

        await all.Task;
        AssertOn(scheduler);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 10).SelectMany(x => new[] { x, x })));
    });

    [Test]
    public void Timers_delays_and_cancellation_by_the_graphs_clock_stay_on_it() => OnScheduler(async scheduler =>
    {
        await scheduler.Runtime.DelayAsync(TimeSpan.FromHours(5), CancellationToken.None);
        AssertOn(scheduler);
        Assert.That(scheduler.Time.Elapsed, Is.EqualTo(TimeSpan.FromHours(5)));
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(1), scheduler.Time);
        try
        {
            await scheduler.Runtime.DelayAsync(TimeSpan.FromHours(1), late.Token);
            Assert.Fail("The delay was not cancelled.");
        }
        catch (OperationCanceledException)
        {
            AssertOn(scheduler);
        }
    });

    [Test]
    public void Channels_completion_sources_and_yields_stay_on_it() => OnScheduler(async scheduler =>
    {
        var pipe = System.Threading.Channels.Channel.CreateBounded<int>(new BoundedChannelOptions(1) { AllowSynchronousContinuations = true });
        var reader = scheduler.Runtime.Start(async () =>
        {
            var sum = 0;
            await foreach (var x in pipe.Reader.ReadAllAsync())
            {
                AssertOn(scheduler);
                sum += x;
            }

            Assert.That(sum, Is.EqualTo(45));
        });
        for (var i = 0; i < 10; i++)
        {
            await pipe.Writer.WriteAsync(i);
            AssertOn(scheduler);
        }

        pipe.Writer.Complete();
        await reader;
        AssertOn(scheduler);
    });

    [Test]
    public void Our_own_waits_stay_on_it() => OnScheduler(async scheduler =>
    {
        var signal = new AsyncSignal();
        var waiter = scheduler.Runtime.Start(async () =>
        {
            await signal.WaitAsync(CancellationToken.None);
            AssertOn(scheduler);
        });
        await Task.Yield();
        signal.Set();
        await Join.AllAsync([waiter, scheduler.Runtime.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None)]);
        AssertOn(scheduler);
        Assert.That(await Join.WithinAsync(scheduler.Runtime, new TaskCompletionSource().Task, TimeSpan.FromSeconds(1), CancellationToken.None), Is.False);
        AssertOn(scheduler);
        Assert.That(await scheduler.Runtime.External(() => 7), Is.EqualTo(7));
        AssertOn(scheduler);
    });

    [Test]
    public void External_results_come_in_by_the_order_of_their_starts() => OnScheduler(async scheduler =>
    {
        var order = new List<int>();
        using var gate = new ManualResetEventSlim();
        var slow = scheduler.Runtime.Start(async () =>
        {
            await scheduler.Runtime.External(() => gate.Wait(TimeSpan.FromSeconds(30)));
            order.Add(1);
        });
        await Task.Yield();
        var quick = scheduler.Runtime.Start(async () =>
        {
            await scheduler.Runtime.External(() =>
            {
                gate.Set();
                return 0;
            });
            order.Add(2);
        });
        await Join.AllAsync([slow, quick]);
        Assert.That(order, Has.Count.EqualTo(2));
        Assert.That(scheduler.Time.Elapsed, Is.EqualTo(TimeSpan.Zero));
    });

    [Test]
    public void A_postponed_send_would_leave_the_scheduler()
    {
        // Why the core offers through windows of its own.
        Assert.That(
            () => OnScheduler(async scheduler =>
            {
                var action = new ActionBlock<int>(
                    async _ => await Task.Yield(), new ExecutionDataflowBlockOptions { TaskScheduler = scheduler, BoundedCapacity = 1 });
                for (var i = 0; i < 50; i++)
                {
                    await action.SendAsync(i);
                }
            }),
            Throws.InstanceOf<SimulationException>());
    }

    [Test]
    public void Bounded_capacity_counts_messages_not_events()
    {
        var block = new BufferBlock<int[]>(new DataflowBlockOptions { BoundedCapacity = 2 });
        Assert.That(block.Post(new int[1000]) && block.Post(new int[1000]), Is.True);
        Assert.That(block.Post(new int[1]), Is.False);
    }

    [Test]
    public void Equal_seeds_give_equal_traces_and_others_do_not()
    {
        var first = TraceOf(1);
        var again = TraceOf(1);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(TraceOf(2), Is.Not.EqualTo(first));
    }

    private static string TraceOf(int seed)
    {
        var scheduler = new SimulatedScheduler(seed, traced: true);
        scheduler.Run(async () =>
        {
            await Join.AllAsync(Enumerable.Range(0, 5).Select(n => scheduler.Runtime.Start(async () =>
            {
                for (var i = 0; i < 5; i++)
                {
                    await scheduler.Runtime.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                    await Task.Yield();
                    scheduler.Note($"{n}.{i}");
                }
            })));
        });
        return scheduler.Trace;
    }

    private static void OnScheduler(Func<SimulatedScheduler, Task> test)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var scheduler = new SimulatedScheduler(seed);
            scheduler.Run(() => test(scheduler));
        }
    }

    private static void AssertOn(SimulatedScheduler scheduler) => Assert.That(TaskScheduler.Current, Is.SameAs(scheduler));
}
