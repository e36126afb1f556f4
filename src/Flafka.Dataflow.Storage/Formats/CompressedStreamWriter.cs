using System.Buffers;
using Flafka.Dataflow.Storage.Codecs;

namespace Flafka.Dataflow.Storage.Formats;

/// <summary>
/// Compresses what another serializer writes. Each flush ends a compressed stream, and the next event begins another one behind it, so what was
/// flushed can be read whatever happens to the rest. gunzip, bzip2 and Hadoop read such files as one.
/// </summary>
/// <remarks>
/// Not thread-safe. Events are held uncompressed until the next flush, at most 1 MiB and one event; then a stream ends by itself. Nothing is held
/// of an event for which the inner serializer throws a <see cref="PoisonEventException"/>.
/// </remarks>
/// <param name="inner">Makes bytes of events; belongs to the writer.</param>
/// <param name="codec">The compression.</param>
public sealed class CompressedStreamWriter(IEventSerializer inner, CompressionCodec codec) : IEventSerializer, ITailedWriter
{
    private const int MostHeldBytes = 1024 * 1024;

    private WriteBuffer? _held;

    /// <inheritdoc/>
    public bool SupportsReopen => inner.SupportsReopen;

    FileTail ITailedWriter.Tail => codec.Tail;

    private WriteBuffer Held => _held ??= WriteBufferPool.Shared.Rent();

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) => inner.Begin(Held);

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent)
    {
        var whole = Held.Count;
        try
        {
            inner.Write(Held, flumeEvent);
        }
        catch (PoisonEventException)
        {
            Held.CutTo(whole);
            throw;
        }

        if (Held.Count >= MostHeldBytes)
        {
            Flush(output); // between two events, so that a torn file ends with a whole one
        }
    }

    /// <inheritdoc/>
    public void Flush(IBufferWriter<byte> output)
    {
        inner.Flush(Held);
        End(output);
    }

    /// <inheritdoc/>
    public void Finish(IBufferWriter<byte> output)
    {
        inner.Finish(Held);
        End(output);
    }

    private void End(IBufferWriter<byte> output)
    {
        if (Held.Count > 0)
        {
            codec.Compress(Held.Written.Span, output);
        }

        WriteBufferPool.Shared.Return(Held);
        _held = null;
    }
}
