namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>What there is to know of an Avro object container file without reading its data.</summary>
public static class AvroContainer
{
    internal static ReadOnlySpan<byte> Magic => "Obj\u0001"u8;

    internal static ReadOnlySpan<byte> SchemaKey => "avro.schema"u8;

    /// <summary>
    /// Finds the end of the last whole block of a file that a crash may have torn: cut there, it is a whole file with every block that was
    /// written. Reads the head of the file and what stands behind that end.
    /// </summary>
    /// <param name="file">The file; only read.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="abort">Cancels.</param>
    /// <returns>The length to keep; 0 when there is no whole block, or this is no such file.</returns>
    public static ValueTask<long> FindEndOfLastBlockAsync(IStorageFile file, long length, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(file);
        return FileTail.Avro.FindWholeAsync(file, length, abort);
    }
}
