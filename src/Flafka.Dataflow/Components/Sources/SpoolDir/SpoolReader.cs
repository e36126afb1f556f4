using Flafka.Dataflow.Components.Serialization;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Reads one file in batches.</summary>
internal sealed class SpoolReader : IAsyncDisposable
{
    private readonly IStorageFile _open;
    private readonly IEventDeserializer _deserializer;
    private readonly EventHeaders _headers;
    private readonly int _batchSize;
    private bool _isOver;

    private SpoolReader(SpoolFile file, IStorageFile open, IEventDeserializer deserializer, EventHeaders headers, int batchSize) =>
        (File, _open, _deserializer, _headers, _batchSize) = (file, open, deserializer, headers, batchSize);

    public SpoolFile File { get; }

    public static async ValueTask<SpoolReader> OpenAsync(
        SpoolFile file, long offset, IStorage storage, SpoolDirSourceOptions options, ComponentContext context, CancellationToken stopping)
    {
        var open = await storage.OpenAsync(file.Path, StorageMode.Read, stopping);
        IEventDeserializer? deserializer = null;
        try
        {
            deserializer = options.Deserializer.Create<IEventDeserializer>(context);
            if (deserializer is LineDeserializer line && options.BufferMaxLineLength is { } longest)
            {
                line.MaxLineLength = longest;
            }

            var headers = Headers(file, options);
            var reader = new SpoolReader(file, open, deserializer, headers, options.BatchSize) { _isOver = file.IsDelivered };
            if (file.Entry.Length > 0 && !file.IsDelivered)
            {
                var input = new DeserializerInput(open, file.Entry.Length, headers) { Charset = options.InputCharset, DecodeErrors = options.DecodeErrorPolicy };
                await deserializer.OpenAsync(input, offset, stopping);
            }

            return reader;
        }
        catch
        {
            if (deserializer is not null)
            {
                await deserializer.DisposeAsync();
            }

            await open.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next batch; no events at the end of the file.</summary>
    /// <exception cref="EventReadException">What comes next cannot be read.</exception>
    public ValueTask<DeserializedEvents> ReadAsync(CancellationToken stopping)
    {
        if (_isOver || File.Entry.Length == 0)
        {
            // Flume-compatible: an empty file is one empty event. Flume: not always with consumeOrder = random, and not if its first put fails.
            var events = _isOver ? [] : System.Collections.Immutable.ImmutableArray.Create(new FlumeEvent(ReadOnlyMemory<byte>.Empty, _headers));
            _isOver = true;
            return new ValueTask<DeserializedEvents>(new DeserializedEvents(events, File.End));
        }

        return ReadFileAsync(stopping);
    }

    public async ValueTask DisposeAsync()
    {
        await _deserializer.DisposeAsync();
        await _open.DisposeAsync();
    }

    private async ValueTask<DeserializedEvents> ReadFileAsync(CancellationToken stopping)
    {
        try
        {
            return await _deserializer.ReadAsync(_batchSize, stopping);
        }
        catch (IOException failure)
        {
            throw new EventReadException($"'{File.Path}' cannot be read: {failure.Message}", failure);
        }
    }

    private static EventHeaders Headers(SpoolFile file, SpoolDirSourceOptions options)
    {
        var headers = EventHeaders.Empty;
        if (options.FileHeader)
        {
            // Flume-compatible: the path as configured, made absolute, and not otherwise tidied up.
            headers = headers.Set(options.FileHeaderKey, Path.IsPathRooted(file.Path) ? file.Path : Path.Combine(Environment.CurrentDirectory, file.Path));
        }

        return options.BasenameHeader ? headers.Set(options.BasenameHeaderKey, Path.GetFileName(file.Path)) : headers;
    }
}
