using Flafka.Dataflow.Components.Channels;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Channels;

public class SequenceSetTests
{
    [Test]
    public void It_does_what_a_set_of_numbers_does([Range(0, 19)] int seed)
    {
        var (random, set, model) = (new Random(seed), new SequenceSet(), new SortedSet<long>());
        for (var step = 0; step < 500; step++)
        {
            long first = random.Next(200), end = first + random.Next(-3, 30);
            switch (random.Next(3))
            {
                case 0:
                    set.Add(first, end);
                    model.UnionWith(Numbers(first, end));
                    break;
                case 1:
                    var before = model.Count;
                    model.ExceptWith(Numbers(first, end).ToList());
                    var removed = before - model.Count;
                    Assert.That(set.Remove(first, end), Is.EqualTo(removed));
                    break;
                default:
                    Assert.That(set.Within(first, end).SelectMany(static run => Numbers(run.First, run.End)), Is.EqualTo(Numbers(first, end).Where(model.Contains)));
                    Assert.That(set.Overlaps(first, end), Is.EqualTo(Numbers(first, end).Any(model.Contains)));
                    Assert.That(first >= end || set.Contains(first, end), Is.EqualTo(Numbers(first, end).All(model.Contains)));
                    break;
            }

            Assert.That(set.Runs.SelectMany(static run => Numbers(run.First, run.End)), Is.EqualTo(model));
            Assert.That(set.Runs.Zip(set.Runs.Skip(1)).All(static pair => pair.First.End < pair.Second.First), Is.True, "neighbours are one run");
            Assert.That((set.Count, set.IsEmpty), Is.EqualTo(((long)model.Count, model.Count == 0)));
            Assert.That((set.First, set.End), Is.EqualTo((model.Count == 0 ? long.MaxValue : model.Min, model.Count == 0 ? 0 : model.Max + 1)));
        }
    }

    private static IEnumerable<long> Numbers(long first, long end)
    {
        for (var number = first; number < end; number++)
        {
            yield return number;
        }
    }
}
