using System.Diagnostics;
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
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<string> Folder = new(Install);

    /// <summary>The rows of each file, as <c>read.mjs</c> describes them.</summary>
    /// <exception cref="AssertionException">A reader refused a file.</exception>
    public static IReadOnlyList<JsonArray> Read(params IReadOnlyList<ForeignFile> files)
    {
        var answers = Run(Folder.Value, "node", ["read.mjs"], JsonSerializer.Serialize(files, JsonSerializerOptions.Web));
        Assert.That(answers.ExitCode, Is.Zero, answers.Errors);
        var rows = new List<JsonArray>();
        foreach (var line in answers.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var answer = JsonNode.Parse(line)!.AsObject();
            Assert.That(answer["error"]?.GetValue<string>(), Is.Null, files[rows.Count].Path);
            rows.Add(answer["rows"]!.AsArray());
        }

        Assert.That(rows, Has.Count.EqualTo(files.Count), answers.Errors);
        return rows;
    }

    /// <summary>What Hadoop's <c>fs -text</c> prints of files.</summary>
    public static string[] ReadByHadoop(params IEnumerable<string> files)
    {
        var hadoop = Path.Join(Peers.Require("hadoop", "FLAFKA_TEST_HADOOP"), "hadoop");
        using var folder = new TempFolder();
        var (exitCode, output, errors) = Run(folder.Path, hadoop, ["--dir", folder.Path, "text", .. files.Select(file => new Uri(file).AbsoluteUri)], "");
        Assert.That(exitCode, Is.Zero, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
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
                var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
                var (exitCode, output, errors) = Run(source, npm, ["install", "--no-audit", "--no-fund", "--loglevel=error"], "");
                if (exitCode != 0)
                {
                    Missing($"npm failed: {Cut(errors + output)}");
                }

                File.WriteAllText(mark, wanted);
            }
            catch (System.ComponentModel.Win32Exception absent)
            {
                Missing(absent.Message);
            }
        }

        return source;
    }

    private static void Missing(string why) =>
        Peers.Skip($"The readers of other people could not be installed: set FLAFKA_READERS to a folder with the packages of {Path.Join("readers", "package.json")}. {why}");

    private static (int ExitCode, string Output, string Errors) Run(string folder, string program, string[] arguments, string input)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"{program} took more than {Patience.TotalMinutes} minutes");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}

/// <summary>A file to be read.</summary>
/// <param name="Reader"><c>avsc</c>, <c>hyparquet</c> or <c>duckdb</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Doubles">The columns that hold floating point numbers.</param>
internal sealed record ForeignFile(string Reader, string Path, params IReadOnlyList<string> Doubles);
