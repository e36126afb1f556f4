using System.Buffers;

namespace Flafka.Dataflow;

/// <summary>Turns events into the bytes of one file or stream. One instance per file; not thread-safe.</summary>
public interface IEventSerializer
{
    /// <summary>Whether a file of this format can be continued after it was closed.</summary>
    bool SupportsReopen { get; }

    /// <summary>Writes what stands at the head of a file; called once, before the first event.</summary>
    void Begin(IBufferWriter<byte> output);

    /// <summary>Writes one event.</summary>
    /// <exception cref="PoisonEventException">The event has no form in this format.</exception>
    void Write(IBufferWriter<byte> output, FlumeEvent flumeEvent);

    /// <summary>Makes everything written so far readable, at the end of each batch.</summary>
    void Flush(IBufferWriter<byte> output);

    /// <summary>Writes what stands at the end of a file; nothing is written afterwards.</summary>
    void Finish(IBufferWriter<byte> output);
}
