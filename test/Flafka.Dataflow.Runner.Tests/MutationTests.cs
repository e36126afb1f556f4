using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>Correct files of the corpus with random bytes, lines and keys changed: never an exception, never a long wait, every finding has a place. Other numbers of seeds: FLAFKA_MUTATIONS.</summary>
public class MutationTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_MUTATIONS"), out var seeds) ? seeds : 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly string[] Pieces =
    [
        "\\", "\\u12", "=", ":", ".", "..", "#", " # x", "!", "\n", "\r", "\t", ",", " ", "{", "}", "[", "]", "\"", "${", "${env:X}", "${file:/}", "${f1['k']}", "$${", "%", "%{", "\0", "é", "\u00a0", "\ufeff",
        "-1", "9999999999", "1e9", "true", "null", "none", "a1.", "sources", "sinkgroups", "configfilters", "type", "channel", "channels", "interceptors", "selector.", "processor.", "/*", "//", "'", "*",
    ];

    private static readonly (string Name, byte[] Bytes)[] Files =
        [.. Directory.EnumerateFiles(Repository.Path("test/Flafka.Dataflow.Runner.Tests/TestData/Correct")).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];

    [Test]
    public void Mutations_of_correct_files_give_findings_with_a_place()
    {
        // External filters would run what the mutation makes of their commands.
        var settings = ConfigurationSettings.Default with
        {
            Environment = name => name == "X" ? "${X}" : null, SystemHadoopDirectory = string.Empty, AllowExecution = false,
        };
        Parallel.For(0, Seeds, seed =>
        {
            var (name, bytes) = Files[seed % Files.Length];
            bytes = Mutate(bytes, new Random(seed));
            var bag = new DiagnosticBag();
            var began = Stopwatch.GetTimestamp();
            try
            {
                var mode = settings with { Compatibility = seed % 3 == 0 ? CompatibilityMode.Flume : CompatibilityMode.Strict };
                var root = ConfigurationReader.Read(bytes, name, mode, bag);
                var compiler = new GraphCompiler(KnownComponents.Registry, mode);
                foreach (var agent in AgentKeys.Agents(root).Append("a1"))
                {
                    if (compiler.Compile(root, agent, bag) is { } plan)
                    {
                        PlanRenderer.Text(plan);
                    }
                }

                DiagnosticRenderer.Render(bag.Items);
                Assert.That(bag.Items, Has.All.Matches<Diagnostic>(item => item.Span is { Line: > 0, Column: > 0 } && item.Span.Origin == name));
                Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Longest));
            }
            catch
            {
                TestContext.Out.WriteLine($"seed {seed}, {name}:\n{Encoding.UTF8.GetString(bytes)}\n{DiagnosticRenderer.Render(bag.Items)}");
                throw;
            }
        });
    }

    // Found by seed 70326: it was compiled for ever, each time without a key that was not there.
    [Test]
    public void In_Flumes_mode_a_wrong_key_of_a_misspelt_interceptor_ends()
    {
        var settings = ConfigurationSettings.Default with { Compatibility = CompatibilityMode.Flume };
        var bag = new DiagnosticBag();
        var root = ConfigurationReader.Read("""
            a1.sources = r1
            a1.channels = c1
            a1.sinks = k1
            a1.sources.r1.type = seq
            a1.sources.r1.channels = c1
            a1.sources.r1.interceptors = i
            a1.sources.r1.interceptors.i3.type = timestamp
            a1.sources.r1.interceptors.i3.preserveExisting// = true
            a1.channels.c1.type = memory
            a1.sinks.k1.type = null
            a1.sinks.k1.channel = c1
            """u8, "a.conf", settings, bag);
        new GraphCompiler(KnownComponents.Registry, settings).Compile(root, "a1", bag);
        Assert.That(bag.Items.Select(item => item.Code), Does.Contain("FLK2006").And.Contain("FLK3002"));
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var result = bytes.ToList();
        for (var i = 1 + random.Next(4); i > 0 && result.Count > 0; i--)
        {
            var at = random.Next(result.Count);
            switch (random.Next(8))
            {
                case 0:
                    result[at] = (byte)random.Next(256);
                    break;
                case 1:
                    result.RemoveRange(at, Math.Min(result.Count - at, 1 + random.Next(10)));
                    break;
                case 2:
                    result.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    result.InsertRange(random.Next(result.Count), result.GetRange(at, Math.Min(result.Count - at, random.Next(60))));
                    break;
                case 4:
                    var other = random.Next(result.Count);
                    (result[at], result[other]) = (result[other], result[at]);
                    break;
                default:
                    result = [.. Encoding.Latin1.GetBytes(Lines(Encoding.Latin1.GetString([.. result]), random))];
                    break;
            }
        }

        return [.. result];
    }

    // A line less, twice, with another one's key or value, or with a part of its key changed.
    private static string Lines(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        var other = lines[random.Next(lines.Count)];
        var parts = lines[at].Split(" = ", 2);
        switch (random.Next(5))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(random.Next(lines.Count), lines[at]);
                break;
            case 2 when parts.Length == 2 && other.Contains(" = ", StringComparison.Ordinal):
                lines[at] = $"{other.Split(" = ", 2)[0]} = {parts[1]}";
                break;
            case 3 when parts.Length == 2 && other.Contains(" = ", StringComparison.Ordinal):
                lines[at] = $"{parts[0]} = {other.Split(" = ", 2)[1]}";
                break;
            default:
                var words = lines[at].Split('.');
                words[random.Next(words.Length)] = Pieces[random.Next(Pieces.Length)];
                lines[at] = string.Join('.', words);
                break;
        }

        return string.Join('\n', lines);
    }
}
