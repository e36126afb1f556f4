using System.Diagnostics.CodeAnalysis;

namespace Flafka.Dataflow.Storage.Formats.Avro;

/// <summary>A schema in a file of this machine. Nothing else is opened, as the name may come from an event.</summary>
internal static class AvroSchemaFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>The path that a URL means; false when it means no file here.</summary>
    public static bool TryGetPath(string url, [NotNullWhen(true)] out string? path)
    {
        path = url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? Uri.TryCreate(url, UriKind.Absolute, out var uri) && !uri.IsUnc ? uri.LocalPath : null
            : url.IndexOf(":/", StringComparison.Ordinal) > 1 ? null // one letter is a drive
            : url;
        return !string.IsNullOrEmpty(path);
    }

    /// <summary>Reads the text.</summary>
    /// <exception cref="FormatException">The URL means no file here, or the file is too large for a schema.</exception>
    /// <exception cref="DeliveryException">The file cannot be read now.</exception>
    public static string Read(string url)
    {
        if (!TryGetPath(url, out var path))
        {
            throw new FormatException($"schemas are read from files on this machine, not from '{url}'");
        }

        try
        {
            // Pipes and devices have no length; opening one could wait for ever.
            return new FileInfo(path).Length switch
            {
                0 => throw new FormatException($"'{path}' is empty"),
                > MostBytes => throw new FormatException($"'{path}' has more than {MostBytes} bytes, too many for a schema"),
                _ => File.ReadAllText(path),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException($"Cannot read the Avro schema '{path}': {failure.Message}", failure);
        }
    }
}
