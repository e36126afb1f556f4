using System.Text;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>Broken text of any kind gives findings with a place, never an exception. More seeds: FLAFKA_MUTATIONS=100000.</summary>
[TestFixture]
public sealed class MutationTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("FLAFKA_MUTATIONS"), out var seeds) ? seeds : 3_000;

    private static readonly string[] Pieces = ["\\", "\\u12", "=", ".", "..", "#", "\n", "\r", " ", "\t", ",", "{", "}", "[", "]", "\"", ":", "${", "${env:X}", "}", "\ud800", "\0", "é", "-1", "9999999999", "true", "null", "a1.", "sources", "type", "/*", "//"];

    [TestCase(false)]
    [TestCase(true)]
    public void Mutations_of_a_correct_file_give_findings_with_a_place(bool isJson)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var text = new RandomAgent(seed % 50).Text();
            text = isJson ? JsonTreeWriter.Write(ConfigFormat.Properties.Parse(text, "agent.conf", new DiagnosticBag())) : text;
            var mutated = Mutate(text, random);
            var bag = new DiagnosticBag();
            try
            {
                var root = ConfigurationReader.Read(mutated, isJson ? "agent.json" : "agent.conf", ["a1.sinks.k1.channel=c1"], name => name == "X" ? "${X}" : null, bag);
                foreach (var agent in AgentKeys.Agents(root).Append("a1"))
                {
                    if (new GraphCompiler(Sample.Registry).Compile(root, agent, bag) is { } plan)
                    {
                        PlanRenderer.Text(plan);
                    }
                }

                DiagnosticRenderer.Render(bag.Items);
                Assert.That(bag.Items, Has.All.Matches<Diagnostic>(item => item.Span.Line > 0 || item.Span.Origin == "command line"));
            }
            catch
            {
                TestContext.Out.WriteLine($"seed {seed}:\n{mutated}");
                throw;
            }
        }
    }

    private static string Mutate(string text, Random random)
    {
        var result = new StringBuilder(text);
        for (var i = 1 + random.Next(4); i > 0 && result.Length > 0; i--)
        {
            var at = random.Next(result.Length);
            switch (random.Next(6))
            {
                case 0:
                    result[at] = (char)random.Next(0, 256);
                    break;
                case 1:
                    result.Remove(at, Math.Min(result.Length - at, 1 + random.Next(10)));
                    break;
                case 2:
                    result.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 3:
                    var length = Math.Min(result.Length - at, random.Next(60));
                    result.Insert(random.Next(result.Length), result.ToString(at, length));
                    break;
                case 4:
                    (result[at], result[random.Next(result.Length)]) = (result[random.Next(result.Length)], result[at]);
                    break;
                default:
                    var lines = result.ToString().Split('\n').ToList();
                    lines.RemoveAt(random.Next(lines.Count));
                    result.Clear().Append(string.Join('\n', lines));
                    break;
            }
        }

        return result.ToString();
    }
}
