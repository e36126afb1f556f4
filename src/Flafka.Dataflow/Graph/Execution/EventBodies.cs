using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow;

/// <summary>Keeps slices of large read buffers from holding memory that nobody counts.</summary>
internal static class EventBodies
{
    /// <summary>Copies bodies out of their buffers when less than half of the bytes that came in together go on.</summary>
    /// <param name="kept">The events that go on.</param>
    /// <param name="bytesBefore">Bytes of the bodies of all that came in.</param>
    public static ImmutableArray<FlumeEvent> Compact(ImmutableArray<FlumeEvent> kept, long bytesBefore)
    {
        long bytes = 0;
        foreach (var flumeEvent in kept)
        {
            bytes += flumeEvent.Body.Length;
        }

        if (bytes * 2 >= bytesBefore)
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
