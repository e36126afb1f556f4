using System.Text;

namespace Flafka.Dataflow;

/// <summary>From bytes to the tree that the compiler takes: decode, parse, overlay, substitute.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">Properties or JSON.</param>
    /// <param name="origin">How the text is named in messages, usually the path of the file; its extension helps to tell the format.</param>
    /// <param name="settings">How to read.</param>
    /// <param name="diagnostics">Gets the findings.</param>
    public static ConfigNode Read(ReadOnlySpan<byte> bytes, string origin, ConfigurationSettings settings, DiagnosticBag diagnostics) =>
        Read(Decode(bytes, origin, settings, diagnostics), origin, settings, diagnostics);

    /// <summary>Reads a text with nothing but overrides and an environment.</summary>
    public static ConfigNode Read(
        string text, string origin, IEnumerable<string> overrides, Func<string, string?> environment, DiagnosticBag diagnostics) =>
        Read(text, origin, ConfigurationSettings.Default with { Overrides = [.. overrides], Environment = environment }, diagnostics);

    /// <summary>Reads a text.</summary>
    public static ConfigNode Read(string text, string origin, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        var root = ConfigFormat.Detect(origin, text).Parse(text, origin, diagnostics);
        if (root.Children.IsEmpty && diagnostics.HasErrors)
        {
            // What is put over nothing says nothing.
            return root;
        }

        root = HostOverlay.Apply(root, settings.Host, diagnostics);
        root = ConfigurationOverlay.Apply(root, settings.Overrides, diagnostics);
        return EnvironmentSubstitution.Apply(root, settings, diagnostics);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">Its path, as the user wrote it.</param>
    /// <param name="settings">How to read it.</param>
    /// <param name="diagnostics">Gets a finding when it cannot be read.</param>
    /// <returns><see langword="null"/> when it cannot be read.</returns>
    public static string? ReadFile(string path, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        if (Directory.Exists(path))
        {
            return Unreadable("is a directory", "Name the file inside.");
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            return IsUtf16(bytes) ? Unreadable("the file is written in UTF-16", "Save it as UTF-8; editors on Windows call UTF-16 'Unicode'.")
                : bytes.Contains((byte)0) ? Unreadable("the file is no text: it has a zero byte", "Name the configuration, in Flume's properties format or JSON.")
                : Decode(bytes, path, settings, diagnostics);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable("the file does not exist", $"Looked for {Path.GetFullPath(path)}.");
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable($"the file may not be read by the user '{Environment.UserName}'", null);
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or NotSupportedException)
        {
            return Unreadable($"the file cannot be read: {failure.Message.TrimEnd('.')}", null);
        }

        string? Unreadable(string message, string? hint)
        {
            diagnostics.Add(Codes.UnreadableFile, string.Empty, new SourceSpan(path, 0, 0), message, hint);
            return null;
        }
    }

    private static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble);

    /// <summary>The text that a file's bytes are.</summary>
    // Flume: 1.10 and later always read Latin-1, 1.9 the charset of the machine.
    public static string Decode(ReadOnlySpan<byte> bytes, string origin, ConfigurationSettings settings, DiagnosticBag diagnostics)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        if (settings.Encoding == ConfigurationEncoding.Latin1)
        {
            return Encoding.Latin1.GetString(bytes);
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            var text = Encoding.Latin1.GetString(bytes);
            var at = Math.Clamp(broken.Index, 0, bytes.Length - 1);
            diagnostics.Add(
                Codes.NotUtf8, string.Empty, new LineMap(text, origin).At(at),
                $"the byte 0x{bytes[at]:X2} is no UTF-8, so the text is read as Latin-1, as Flume does",
                "Save the file as UTF-8, or say --encoding latin1.");
            return text;
        }
    }
}
