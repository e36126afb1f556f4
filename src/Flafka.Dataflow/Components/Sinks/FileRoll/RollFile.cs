using System.Buffers;
using System.Collections.Immutable;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>
/// One file of a <c>file_roll</c> sink: whole batches, and nothing of a batch that failed. Not thread-safe; an operation that failed is
/// followed by <see cref="TryCutBackAsync"/> or <see cref="CloseAsync"/>.
/// </summary>
internal sealed class RollFile(IStorageFile file, Func<IEventSerializer> newSerializer, bool syncs)
{
    private const int PieceBytes = 1 << 20;

    private IEventSerializer? _serializer;
    private ArrayBufferWriter<byte> _piece = new();
    private long _position;
    private long _committed;
    private bool _isTorn;

    public string Path => file.Path;

    /// <summary>Whether no byte was ever committed to it.</summary>
    public bool IsEmpty => _committed == 0;

    /// <summary>Writes a batch: in one piece, or in pieces of 1 MiB and what the event at its end has more. When it throws, the file may hold a part of the batch.</summary>
    /// <exception cref="PoisonEventException">An event has no form in the format of the file.</exception>
    public async ValueTask WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        _isTorn = true;
        _serializer ??= newSerializer();
        if (_position == 0)
        {
            _serializer.Begin(_piece);
        }

        for (var next = 0; next < events.Length;)
        {
            next = Fill(_serializer, events, next);
            if (next == events.Length)
            {
                _serializer.Flush(_piece);
            }

            await WritePieceAsync(abort);
        }

        if (syncs)
        {
            // After a failed sync the system may call pages clean that it never wrote. Here they are written again before they count.
            await file.SyncAsync(abort);
        }

        _committed = _position;
        _isTorn = false;
    }

    /// <summary>Removes what a failed batch left, so that its retry does not double it.</summary>
    /// <returns>Whether the file can be written on. Not when the disk refused, nor when its format cannot be taken up again amid a file.</returns>
    public async ValueTask<bool> TryCutBackAsync()
    {
        if (!_isTorn)
        {
            return true;
        }

        if (await CutBackAsync() is not null || (!IsEmpty && _serializer is { SupportsReopen: false }))
        {
            return false;
        }

        _serializer = null; // the old one may keep events of the failed batch
        _isTorn = false;
        return true;
    }

    /// <summary>Finishes the format and closes the file, however that goes.</summary>
    /// <returns>Why it could not be done in order; <see langword="null"/> when it could.</returns>
    public async ValueTask<Exception?> CloseAsync(CancellationToken abort)
    {
        try
        {
            if (_isTorn)
            {
                return await CutBackAsync();
            }

            if (!IsEmpty && _serializer is not null)
            {
                _serializer.Finish(_piece);
                if (_piece.WrittenCount > 0)
                {
                    await WritePieceAsync(abort);
                    await (syncs ? file.SyncAsync(abort) : ValueTask.CompletedTask);
                }
            }

            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await CutBackAsync(); // no half of an end
            return failure;
        }
        finally
        {
            await file.DisposeAsync();
        }
    }

    private async ValueTask<Exception?> CutBackAsync()
    {
        _piece.ResetWrittenCount();
        try
        {
            await file.SetLengthAsync(_committed, CancellationToken.None);
            _position = _committed;
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure;
        }
    }

    private int Fill(IEventSerializer serializer, ImmutableArray<FlumeEvent> events, int next)
    {
        try
        {
            for (; next < events.Length && _piece.WrittenCount < PieceBytes; next++)
            {
                serializer.Write(_piece, events[next]);
            }

            return next;
        }
        catch (PoisonEventException poison)
        {
            throw new PoisonEventException(poison.Message, next, poison); // the serializer does not know its place
        }
    }

    private async ValueTask WritePieceAsync(CancellationToken abort)
    {
        if (_piece.WrittenCount == 0)
        {
            return;
        }

        await file.WriteAsync(_piece.WrittenMemory, _position, abort);
        _position += _piece.WrittenCount;
        if (_piece.Capacity > 2 * PieceBytes)
        {
            _piece = new ArrayBufferWriter<byte>(); // a huge event went through
        }

        _piece.ResetWrittenCount();
    }
}
