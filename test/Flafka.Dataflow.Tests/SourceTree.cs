using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Tests;

/// <summary>The source text of the repository that this test was built from.</summary>
internal static partial class SourceTree
{
    private static readonly string Root = FindRoot();

    /// <summary>The C# files below a folder of the repository, without what builds make: path from the root, and text.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal)
        orderby relative
        select (relative, File.ReadAllText(path));

    /// <summary>The text of one file of the repository.</summary>
    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>The whole path of a file of the repository.</summary>
    public static string FullPath(string path) => Path.Combine(Root, path);

    /// <summary>The text without comments and strings.</summary>
    public static string Code(string text) => CommentOrString().Replace(text, " ");

    /// <summary>Names of the types that a file declares outside of others.</summary>
    public static IEnumerable<string> Types(string text) => TopLevelType().Matches(Code(text)).Select(match => match.Groups["name"].Value);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder!.EnumerateFiles("Flafka.Dataflow.sln").Any())
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\"{3}.*?\"{3}|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrString();

    [GeneratedRegex("""^(?:public|internal)\s+(?:(?:static|sealed|abstract|readonly|partial|ref|file)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>?.]+)\s+(?<name>\w+)""", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
