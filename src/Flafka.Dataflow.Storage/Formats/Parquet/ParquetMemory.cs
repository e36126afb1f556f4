namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>
/// What all writers of the process hold together. Beyond the limit a writer that holds more than its share ends its row group early, so hundreds of
/// open files cost smaller groups, and not the memory of the machine. Thread-safe.
/// </summary>
internal sealed class ParquetMemory(long limit)
{
    private long _held;
    private int _writers;

    /// <summary>Of the process.</summary>
    public static ParquetMemory Shared { get; } = new(256 * 1024 * 1024);

    public long Held => Volatile.Read(ref _held);

    /// <summary>One more writer.</summary>
    public Account Open()
    {
        Interlocked.Increment(ref _writers);
        return new Account(this);
    }

    /// <summary>What one writer holds. One that is dropped with its file closes its account when it is collected.</summary>
    internal sealed class Account(ParquetMemory memory) : IDisposable
    {
        private long _held;
        private bool _isClosed;

        ~Account() => Close();

        /// <summary>Notes what is held now. Tells whether that is too much.</summary>
        public bool IsTooMuch(long held)
        {
            var all = Interlocked.Add(ref memory._held, held - _held);
            _held = held;
            return all > memory.Limit && held > memory.Limit / Volatile.Read(ref memory._writers);
        }

        public void Dispose()
        {
            Close();
            GC.SuppressFinalize(this);
        }

        private void Close()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                Interlocked.Add(ref memory._held, -_held);
                Interlocked.Decrement(ref memory._writers);
            }
        }
    }

    private long Limit => limit;
}
