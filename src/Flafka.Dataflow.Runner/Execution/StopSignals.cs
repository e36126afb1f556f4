using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Runner.Execution;

/// <summary>SIGTERM and Ctrl-C: the first asks to stop, one that comes later to stop at once. Neither ends the process by itself.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>
    /// A signal that comes sooner after the first is the same wish: <c>timeout</c>, and a terminal with a supervisor behind it, signal the process and then its whole
    /// group, which reaches the process twice within a millisecond.
    /// </summary>
    public static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly PosixSignalRegistration[] _registrations;
    private long _first;
    private bool _isDisposed;

    public StopSignals(TimeProvider time)
    {
        _time = time;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
    }

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Fires at a signal that comes <see cref="Echo"/> or more after the first.</summary>
    public CancellationToken Aborting => _aborting.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        lock (_lock)
        {
            _isDisposed = true;
            _stopping.Dispose();
            _aborting.Dispose();
        }
    }

    /// <summary>A signal came. Each comes on a thread of its own, also while this object is disposed.</summary>
    internal void Receive()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (!_stopping.IsCancellationRequested)
            {
                _first = _time.GetTimestamp();
                _stopping.Cancel();
            }
            else if (_time.GetElapsedTime(_first) >= Echo)
            {
                _aborting.Cancel();
            }
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Receive();
    }
}
