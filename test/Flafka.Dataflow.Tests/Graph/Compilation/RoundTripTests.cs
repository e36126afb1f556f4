using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class RoundTripTests
{
    [Test]
    public void Properties_to_tree_to_json_to_tree_gives_the_same_plan()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var text = new RandomAgent(seed).Text();
            try
            {
                var bag = new DiagnosticBag();
                var tree = ConfigFormat.Properties.Parse(text, "agent.conf", bag);
                var json = JsonTreeWriter.Write(tree);
                var expected = new GraphCompiler(Sample.Registry).Compile(tree, "a1", bag);
                var actual = Compile.Text(json, bag);
                Assert.That(bag.Items.Where(item => item.Code != "FLK3035").Select(DiagnosticRenderer.Render), Is.Empty, json);
                PlanComparison.AssertSame(actual!, expected!);
                Assert.That(JsonTreeWriter.Write(ConfigFormat.Json.Parse(json, "agent.json", bag)), Is.EqualTo(json));
            }
            catch (AssertionException)
            {
                TestContext.Out.WriteLine($"seed {seed}:\n{text}");
                throw;
            }
        }
    }

    [Test]
    public void Numbers_and_booleans_are_written_as_such_and_other_text_is_kept()
    {
        var json = JsonTreeWriter.Write(ConfigFormat.Properties.Parse("a.sinks = k\na.sinks.k.n = 5\na.sinks.k.z = 005\na.sinks.k.b = true\na.sinks.k.t = é\\t<\"\na.sinks.unlisted.type = x", "f", new DiagnosticBag()));
        Assert.That(json.Replace("\r", ""), Is.EqualTo("""
            {
              "a": {
                "sinks": {
                  "k": {
                    "n": 5,
                    "z": "005",
                    "b": true,
                    "t": "é\t<\""
                  }
                }
              }
            }

            """.Replace("\r", "")));
    }
}
