using System.Globalization;

namespace Flafka.Dataflow.Components.Channels;

/// <summary>A file of records. Guarded by the log's lock.</summary>
internal sealed class Segment(string directory, long number)
{
    private const string Prefix = "segment-";

    public long Number { get; } = number;

    public string Path { get; } = System.IO.Path.Combine(directory, Name(number));

    /// <summary>Where a segment with damage ends up when nothing in it is wanted any more.</summary>
    public string SetAsidePath => Path + ".damaged";

    /// <summary>The events in it that no sink has committed.</summary>
    public SequenceSet Live { get; } = new();

    /// <summary>Bytes that may be read: what is synced.</summary>
    public long Length { get; set; }

    /// <summary>A place at or before the records of all live events: the numbers in a segment rise.</summary>
    public long ReadFrom { get; set; }

    /// <summary>Whether something in it could not be read.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Takes committed events out.</summary>
    public void Consume(FileBatch batch, long first, long end)
    {
        Live.Remove(first, end);
        if (batch.First <= Live.First && batch.Offset > ReadFrom)
        {
            ReadFrom = batch.Offset;
        }
    }

    public static string Name(long number) => Prefix + number.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>The number of the segment of this file, also one that was set aside; <see langword="null"/> for other files.</summary>
    public static long? NumberOf(string path)
    {
        var name = System.IO.Path.GetFileName(path.AsSpan());
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        name = name[Prefix.Length..];
        name = name.EndsWith(".damaged", StringComparison.Ordinal) ? name[..^".damaged".Length] : name;
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
