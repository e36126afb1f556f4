using System.Reflection;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests.Api;

/// <summary>A change of what a library offers is a change of a file, so that a reviewer sees it. FLAFKA_UPDATE_GOLDEN=1 writes the files.</summary>
public class PublicApiTests
{
    [TestCase("Flafka.Dataflow")]
    [TestCase("Flafka.Dataflow.Kafka")]
    [TestCase("Flafka.Dataflow.Storage")]
    [TestCase("Flafka.Dataflow.Web")]
    public void What_a_library_offers_is_what_its_file_says(string library)
    {
        var file = Repository.Path($"src/{library}/PublicApi.txt");
        var actual = PublicApiText.Of(Assembly.Load(library));
        if (Environment.GetEnvironmentVariable("FLAFKA_UPDATE_GOLDEN") is "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(file)), "run the test with FLAFKA_UPDATE_GOLDEN=1 if that is meant");
    }
}
