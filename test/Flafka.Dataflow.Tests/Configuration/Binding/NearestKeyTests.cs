using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class NearestKeyTests
{
    [TestCase("batchSize", "batchSize", 0)]
    [TestCase("batchsize", "batchSize", 0)]
    [TestCase("bacthSize", "batchSize", 1)]
    [TestCase("batcSize", "batchSize", 1)]
    [TestCase("batchSizes", "batchSize", 1)]
    [TestCase("", "abc", 3)]
    [TestCase("kitten", "sitting", 3)]
    public void Distance_counts_letters_more_less_other_or_swapped(string left, string right, int distance)
    {
        Assert.That(NearestKey.Distance(left, right), Is.EqualTo(distance));
        Assert.That(NearestKey.Distance(right, left), Is.EqualTo(distance));
    }

    [TestCase("chanels", "channels")]
    [TestCase("capasity", "capacity")]
    [TestCase("c2", "c1")]
    [TestCase("host", null)]
    [TestCase("threads", null)]
    public void Only_what_is_near_is_found(string name, string? expected) =>
        Assert.That(NearestKey.Find(name, ["channels", "capacity", "c1", "port"]), Is.EqualTo(expected));

    [Test]
    public void The_nearest_of_several_wins() => Assert.That(NearestKey.Find("topics", ["topic", "topica", "topics2x"]), Is.EqualTo("topic"));
}
