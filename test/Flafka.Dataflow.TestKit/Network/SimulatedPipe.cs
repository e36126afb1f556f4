namespace Flafka.Dataflow.TestKit;

/// <summary>Bytes from one writer to one reader; holds a limited number.</summary>
internal sealed class SimulatedPipe(int capacity)
{
    private readonly Queue<byte> _bytes = new();
    private readonly AsyncSignal _filled = new();
    private readonly AsyncSignal _emptied = new();
    private bool _isEnded;
    private bool _isAbandoned;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        while (_bytes.Count == 0 && !_isEnded)
        {
            await _filled.WaitAsync(cancel);
        }

        var count = Math.Min(buffer.Length, _bytes.Count);
        for (var i = 0; i < count; i++)
        {
            buffer.Span[i] = _bytes.Dequeue();
        }

        _emptied.Set();
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var i = 0; i < bytes.Length; i++)
        {
            while (_bytes.Count == capacity && !_isAbandoned)
            {
                _filled.Set();
                await _emptied.WaitAsync(cancel);
            }

            if (_isAbandoned)
            {
                throw new IOException("connection reset by the other end");
            }

            _bytes.Enqueue(bytes.Span[i]);
        }

        _filled.Set();
    }

    /// <summary>The writer closes; what it wrote can still be read.</summary>
    public void End()
    {
        _isEnded = true;
        _filled.Set();
    }

    /// <summary>The reader closes; writing fails from now on.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        _emptied.Set();
    }
}
