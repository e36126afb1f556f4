using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.TestKit;

/// <summary>
/// Runs a graph on one thread, one ready task at a time, in an order drawn from a seed, with a clock that jumps to the next timer when
/// nothing is ready. Equal seeds give equal traces.
/// </summary>
public sealed class SimulatedScheduler : TaskScheduler, IExternalOperations
{
    private static readonly TimeSpan RealTimeLimit = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly List<Task> _ready = [];
    private readonly Queue<Func<Task>> _externals = new();
    private readonly StringBuilder? _trace;
    private readonly int _thread;
    private readonly List<string> _last = [];
    private long _describeFrom = long.MaxValue;
    private int _strayThread;

    /// <param name="seed">Decides the order.</param>
    /// <param name="traced">Whether <see cref="Trace"/> is kept.</param>
    public SimulatedScheduler(int seed, bool traced = false)
    {
        Seed = seed;
        _random = new Random(seed);
        _trace = traced ? new StringBuilder() : null;
        _thread = Environment.CurrentManagedThreadId;
        Time = new ManualTimeProvider();
        Runtime = new AgentRuntime(Time, this);
    }

    public int Seed { get; }

    public ManualTimeProvider Time { get; }

    /// <summary>What a graph is built with.</summary>
    public AgentRuntime Runtime { get; }

    /// <summary>Tasks run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Every choice made and every note written.</summary>
    public string Trace => _trace?.ToString() ?? throw new InvalidOperationException("This run is not traced.");

    /// <summary>Asked for when nothing can go on any more; says who waits.</summary>
    public Func<string>? DescribeDeadlock { get; set; }

    /// <summary>Writes a line into the trace.</summary>
    public void Note(string text) => _trace?.AppendLine(CultureInfo.InvariantCulture, $"{Steps} {Time.Elapsed.TotalMilliseconds}: {text}");

    /// <summary>Runs until the task that <paramref name="main"/> starts has ended. To be called on the thread that made the scheduler.</summary>
    /// <exception cref="SimulationException">Deadlock, too many steps, or work seen on another thread.</exception>
    public void Run(Func<Task> main, long maxSteps = 1_000_000)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _describeFrom = maxSteps - 60; // a run that long is stuck: say in what
        try
        {
            var end = Task.Factory.StartNew(main, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
            while (!end.IsCompleted)
            {
                if (!Step() && !end.IsCompleted)
                {
                    throw new SimulationException($"Seed {Seed}: deadlock after {Steps} steps at {Time.Elapsed}: nothing is ready, nothing is out, no timer is set. {DescribeDeadlock?.Invoke()}");
                }

                if (Steps > maxSteps)
                {
                    throw new SimulationException($"Seed {Seed}: more than {maxSteps} steps. {DescribeDeadlock?.Invoke()} The last ones: {string.Join(", ", _last)}");
                }
            }

            end.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        if (Volatile.Read(ref _strayThread) is var stray and not 0)
        {
            throw new SimulationException($"Seed {Seed}: a task was queued from thread {stray}, outside the simulation.");
        }
    }

    Task<T> IExternalOperations.Run<T>(Func<Task<T>> operation)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
#pragma warning disable RS0030 // this is what leaves the scheduler
        var outside = Task.Run(operation);
#pragma warning restore RS0030
        _externals.Enqueue(() =>
        {
            if (!((IAsyncResult)outside).AsyncWaitHandle.WaitOne(RealTimeLimit))
            {
                throw new SimulationException($"Seed {Seed}: an external operation did not end within {RealTimeLimit}.");
            }

            if (outside.IsCompletedSuccessfully)
            {
                result.SetResult(outside.GetAwaiter().GetResult());
            }
            else if (outside.IsCanceled)
            {
                result.SetCanceled();
            }
            else
            {
                result.SetException(outside.Exception!.InnerExceptions);
            }

            return Task.CompletedTask;
        });
        return result.Task;
    }

    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Interlocked.CompareExchange(ref _strayThread, Environment.CurrentManagedThreadId, 0);
        }

        lock (_ready)
        {
            _ready.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_ready)
        {
            return [.. _ready];
        }
    }

    // The name of the async method that a continuation belongs to, as far as the framework's internals tell.
    private static string Describe(Task task)
    {
        var action = task.AsyncState as Delegate ?? FieldOf(task, "m_action") as Delegate;
        var target = action?.Target;
        return target?.GetType() is { IsGenericType: true } box ? box.GetGenericArguments()[^1].Name : target?.GetType().Name ?? task.GetType().Name;
    }

    private static object? FieldOf(object target, string name)
    {
        for (var type = target.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly) is { } field)
            {
                return field.GetValue(target);
            }
        }

        return null;
    }

    private bool Step()
    {
        Task? task = null;
        lock (_ready)
        {
            if (_ready.Count > 0)
            {
                var index = _random.Next(_ready.Count);
                _trace?.AppendLine(CultureInfo.InvariantCulture, $"{Steps} {Time.Elapsed.TotalMilliseconds}: {index} of {_ready.Count}");
                task = _ready[index];
                _ready[index] = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
            }
        }

        if (task is not null)
        {
            Steps++;
            if (Steps > _describeFrom)
            {
                _last.Add(Describe(task));
            }

            TryExecuteTask(task);
            return true;
        }

        // The clock does not move while something is out: all of it is waited for, and its results come in by the order of their starts.
        if (_externals.Count > 0)
        {
            for (var count = _externals.Count; count > 0; count--)
            {
                _externals.Dequeue()();
            }

            return true;
        }

        return Time.TryAdvanceToNextTimer();
    }
}
