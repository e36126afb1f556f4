namespace Flafka.Dataflow.Components.Serialization;

/// <summary>The order in which a Java hash map of header names is printed, so that text forms of headers equal Flume's byte for byte.</summary>
internal static class JavaHeaderOrder
{
    private const int FirstTableSize = 16;

    /// <summary>Fills in the places of the headers, in the order to print them.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="places">As long as there are headers.</param>
    public static void Fill(EventHeaders headers, Span<int> places)
    {
        var size = FirstTableSize;
        while (places.Length * 4 > size * 3)
        {
            size *= 2;
        }

        // Sorted by bucket; the place makes it stable, as a bucket keeps the order of insertion.
        Span<long> keys = places.Length <= 64 ? stackalloc long[places.Length] : new long[places.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((long)Bucket(headers[i].Name, size) << 32) | (uint)i;
        }

        keys.Sort();
        for (var i = 0; i < keys.Length; i++)
        {
            places[i] = (int)keys[i];
        }
    }

    private static int Bucket(string name, int size)
    {
        var hash = 0;
        foreach (var c in name)
        {
            hash = unchecked((31 * hash) + c);
        }

        return (hash ^ (int)((uint)hash >> 16)) & (size - 1);
    }
}
