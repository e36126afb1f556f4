namespace Flafka.Dataflow.Runner.Reference;

/// <summary>The generated reference: its files and their texts.</summary>
internal static class ReferenceFiles
{
    /// <summary>Every file, by its name.</summary>
    public static IEnumerable<(string Name, string Text)> All() =>
    [
        ("README.md", FlumeTable.Index()),
        ("flume.md", FlumeTable.Overview()),
        ("diagnostics.md", DiagnosticsPage.Markdown()),
        ("appsettings.schema.json", SettingsSchema.Json()),
        .. ComponentPages.Ordered.Select(component => (ComponentPages.File(component), ComponentPages.Markdown(component))),
    ];

    /// <summary>Writes them into a folder and deletes pages there that belong to no component any more.</summary>
    /// <returns>How many files there are.</returns>
    public static int Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var files = All().ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal);
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        string[] kinds = [.. Enum.GetValues<ComponentKind>().Select(ComponentPages.Word)];
        foreach (var page in Directory.EnumerateFiles(folder, "*.md").Where(page => !files.ContainsKey(Path.GetFileName(page))))
        {
            if (Array.Exists(kinds, kind => Path.GetFileName(page).StartsWith(kind + "-", StringComparison.Ordinal)))
            {
                File.Delete(page);
            }
        }

        return files.Count;
    }
}
