using System.Text.Json;
using System.Text.Json.Nodes;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Formats;

/// <summary>
/// Readers of other people: npm's avsc and hyparquet, and DuckDB. They are installed once into the folder <c>readers</c> beside the tests, or are
/// in the folder that <c>FLAFKA_READERS</c> names; tests that need them are skipped where they cannot be had, and fail with <c>FLAFKA_REQUIRE_PEERS=1</c>.
/// </summary>
internal static class ForeignReaders
{
    private static readonly Lazy<string> Folder = new(Install);

    /// <summary>The rows of each file, as <c>read.mjs</c> describes them.</summary>
    /// <exception cref="AssertionException">A reader refused a file.</exception>
    public static IReadOnlyList<JsonArray> Read(params IReadOnlyList<ForeignFile> files)
    {
        var answers = Programs.RunIn(Folder.Value, JsonSerializer.Serialize(files, JsonSerializerOptions.Web), "node", "read.mjs");
        var rows = new List<JsonArray>();
        foreach (var line in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var answer = JsonNode.Parse(line)!.AsObject();
            Assert.That(answer["error"]?.GetValue<string>(), Is.Null, files[rows.Count].Path);
            rows.Add(answer["rows"]!.AsArray());
        }

        Assert.That(rows, Has.Count.EqualTo(files.Count));
        return rows;
    }

    /// <summary>Asserts that a reader found these cells.</summary>
    public static void AssertEqual(JsonArray actual, IReadOnlyList<object?[]> expected, string what)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count), what);
        for (var row = 0; row < expected.Count; row++)
        {
            var wanted = JsonSerializer.SerializeToNode(Array.ConvertAll(expected[row], Cell));
            if (!JsonNode.DeepEquals(actual[row], wanted))
            {
                Assert.Fail($"{what}, row {row}: {Cut(actual[row]!.ToJsonString())} instead of {Cut(wanted!.ToJsonString())}");
            }
        }
    }

    private static string Cut(string text) => text.Length < 500 ? text : text[..500] + "...";

    private static JsonNode? Cell(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        double.NaN => "7ff8000000000000",
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x16"),
        string text => "=" + text,
        byte[] bytes => Convert.ToHexStringLower(bytes),
        DateTimeOffset time => time.ToUnixTimeMilliseconds().ToString(),
        IEnumerable<KeyValuePair<string, string>> map => new JsonArray(
            [.. map.OrderBy(pair => "=" + pair.Key, StringComparer.Ordinal).Select(pair => new JsonArray("=" + pair.Key, "=" + pair.Value))]),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException(value.GetType().ToString()),
    };

    private static string Install()
    {
        var source = Path.Join(AppContext.BaseDirectory, "readers");
        if (Environment.GetEnvironmentVariable("FLAFKA_READERS") is { Length: > 0 } given)
        {
            File.Copy(Path.Join(source, "read.mjs"), Path.Join(given, "read.mjs"), overwrite: true);
            return given;
        }

        var wanted = File.ReadAllText(Path.Join(source, "package.json"));
        var mark = Path.Join(source, "node_modules", ".installed");
        if (!File.Exists(mark) || File.ReadAllText(mark) != wanted)
        {
            try
            {
                Programs.RunIn(source, "", OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
            }
            catch (InvalidOperationException failure)
            {
                Peers.Skip($"needs npm packages that could not be installed: set FLAFKA_READERS to a folder that has those of {Path.Join("readers", "package.json")}. {Cut(failure.Message)}");
            }

            File.WriteAllText(mark, wanted);
        }

        return source;
    }
}

/// <summary>A file to be read.</summary>
/// <param name="Reader"><c>avsc</c>, <c>hyparquet</c> or <c>duckdb</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Doubles">The columns that hold floating point numbers.</param>
internal sealed record ForeignFile(string Reader, string Path, params IReadOnlyList<string> Doubles);
