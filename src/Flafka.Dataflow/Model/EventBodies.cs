using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow;

/// <summary>What bodies weigh, and what they hold on to.</summary>
internal static class EventBodies
{
    /// <summary>Bytes of the bodies of these events together.</summary>
    public static long Size(ReadOnlySpan<FlumeEvent> events)
    {
        long bytes = 0;
        foreach (var flumeEvent in events)
        {
            bytes += flumeEvent.Body.Length;
        }

        return bytes;
    }

    /// <summary>Copies bodies out of their buffers when less than half of the bytes that came in together go on.</summary>
    /// <param name="kept">The events that go on.</param>
    /// <param name="bytesBefore">Bytes of the bodies of all that came in.</param>
    public static ImmutableArray<FlumeEvent> Compact(ImmutableArray<FlumeEvent> kept, long bytesBefore)
    {
        // Slices of large read buffers would hold memory that nobody counts.
        if (Size(kept.AsSpan()) * 2 >= bytesBefore)
        {
            return kept;
        }

        FlumeEvent[]? copies = null;
        for (var i = 0; i < kept.Length; i++)
        {
            var body = kept[i].Body;
            if (MemoryMarshal.TryGetArray(body, out var segment) && segment.Array!.Length > 2 * body.Length)
            {
                copies ??= [.. kept];
                copies[i] = new FlumeEvent(body.ToArray(), kept[i].Headers);
            }
        }

        return copies is null ? kept : ImmutableCollectionsMarshal.AsImmutableArray(copies);
    }
}
