using System.Collections.Concurrent;

namespace Flafka.Dataflow.Kafka;

/// <summary>A thread of one consumer: does what it is given, one thing after the other.</summary>
internal sealed class ConsumerThread
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConsumerThread(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    /// <summary>Completes when the thread has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Does something on the thread.</summary>
    public Task<T> InvokeAsync<T>(Func<T> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                result.TrySetResult(action());
            }
#pragma warning disable CA1031 // the caller gets it
            catch (Exception failure)
#pragma warning restore CA1031
            {
                result.TrySetException(failure);
            }
        });
        return result.Task;
    }

    /// <summary>Does something on the thread that reports by itself and never throws.</summary>
    public void Post(Action action) => _work.Add(action);

    /// <summary>Whether it has done all that it was given, or does so within a time. Blocks.</summary>
    public bool IsIdleWithin(TimeSpan limit) => InvokeAsync(static () => true).Wait(limit);

    /// <summary>Ends the thread after what it has been given.</summary>
    public void End() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }

        _work.Dispose();
        _ended.SetResult();
    }
}
