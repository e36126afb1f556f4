using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.SinkProcessors;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.SinkProcessors;

public class FailoverSinkProcessorTests
{
    private static readonly (string, int)[] Numbered = [("s1", 3), ("s2", 2), ("s3", 1)];

    [Test]
    public void Events_go_to_the_working_sink_of_the_highest_priority()
    {
        var group = new Group("s1", "s2", "s3");
        var processor = New(group, Numbered);
        group.Limit(0, 10);
        group.Limit(1, 50);
        group.Give(processor, 15);
        Assert.That(group.Events, Is.EqualTo([10, 5, 0]));
        group.Give(processor, 50);
        Assert.That(group.Events, Is.EqualTo([10, 50, 5]));

        group.Limit(1, 20);
        group.Time.Advance(TimeSpan.FromSeconds(5));
        group.Give(processor, 100);
        Assert.That(group.Events, Is.EqualTo([10, 70, 85]));
    }

    [Test]
    public void The_penalty_doubles_up_to_the_limit()
    {
        var group = new Group("s1");
        var processor = New(group, []);
        group.Break(0);
        var waits = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            group.Give(processor, 1);
            var wait = processor.RetryAfter(group.States)!.Value;
            waits.Add(wait.TotalSeconds);
            group.Time.Advance(wait);
        }

        Assert.That(waits.Take(7), Is.EqualTo([2, 4, 8, 16, 30, 30, 30]));
        Assert.That(waits.Skip(7), Has.All.EqualTo(30), "counts that overflow 32 bits in Flume");
    }

    [Test]
    public void A_sink_that_recovers_starts_with_the_short_penalty_again()
    {
        var group = new Group("s1", "s2");
        var processor = New(group, [("s1", 2), ("s2", 1)]);
        group.Break(0);
        group.Give(processor, 1);
        group.Time.Advance(TimeSpan.FromSeconds(2));
        group.Give(processor, 1);
        group.Time.Advance(TimeSpan.FromSeconds(4));
        group.Repair(0);
        group.Give(processor, 2);
        group.Break(0);
        group.Give(processor, 1);
        group.Time.Advance(TimeSpan.FromSeconds(2));
        group.Repair(0);
        group.Give(processor, 1);
        Assert.That(group.Calls, Is.EqualTo("S1s2 S1s2 s1 s1 S1s2 s1"));
    }

    [Test]
    public void Of_several_sinks_whose_time_is_over_the_earliest_is_tried_first_and_each_once()
    {
        var group = new Group("a", "b", "c");
        var processor = New(group, [("a", 3), ("b", 2), ("c", 1)]);
        group.Break(0, 1, 2);
        group.Give(processor, 1);
        group.Time.Advance(TimeSpan.FromSeconds(10));
        group.Give(processor, 1);
        Assert.That(group.Calls, Is.EqualTo("ABC ABC"));
        Assert.That(processor.RetryAfter(group.States), Is.EqualTo(TimeSpan.FromSeconds(4)));
        group.Repair(1);
        group.Time.Advance(TimeSpan.FromSeconds(4));
        group.Give(processor, 2);
        Assert.That(group.Calls, Is.EqualTo("ABC ABC Ab Cb"));
    }

    [Test]
    public void Without_priorities_the_order_is_that_of_a_Java_hash_map()
    {
        var group = new Group("s1", "s2", "s3");
        var processor = New(group, []);
        group.Break(0, 2);
        group.Give(processor, 1);
        Assert.That(group.Calls, Is.EqualTo("S3S1s2"));
    }

    [Test]
    public void A_sink_without_a_number_comes_behind_one_with_a_positive_number()
    {
        var group = new Group("s1", "s2", "s3");
        var processor = New(group, [("s2", 1), ("s1", -5)]);
        group.Break(1, 2);
        group.Give(processor, 1);
        Assert.That(group.Calls, Is.EqualTo("S2S3s1"));
    }

    [Test]
    public void A_sink_that_does_not_run_is_passed_over_without_a_penalty()
    {
        var group = new Group("s1", "s2");
        var processor = New(group, [("s1", 2), ("s2", 1)]);
        group.StopSink(0);
        group.Give(processor, 1);
        group.StartSink(0);
        group.Give(processor, 1);
        Assert.That(group.Calls, Is.EqualTo("s2 s1"));
        group.StopSink(0);
        group.StopSink(1);
        Assert.That(group.Give(processor, 1), Is.Zero);
        Assert.That(processor.RetryAfter(group.States), Is.Null, "one of them may start at any time");
    }

    [Test]
    public void A_penalty_of_nothing_tries_each_sink_once_and_leaves_the_pause_to_the_host()
    {
        var group = new Group("s1", "s2");
        var processor = New(group, [("s1", 2), ("s2", 1)], maxPenalty: 0);
        group.Break(0, 1);
        Assert.That(group.Give(processor, 1), Is.Zero);
        Assert.That(group.Calls, Is.EqualTo("S1S2"));
        Assert.That(processor.RetryAfter(group.States), Is.Null);
    }

    [Test]
    public void While_another_sink_works_there_is_nothing_to_wait_for()
    {
        var group = new Group("s1", "s2");
        var processor = New(group, [("s1", 2), ("s2", 1)]);
        processor.Choose(group.States, 0);
        processor.Report(0, new DeliveryException("flush"));
        Assert.That(processor.RetryAfter(group.States), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_priority_is_a_whole_number()
    {
        var options = new FailoverSinkProcessorOptions { Priority = ImmutableDictionary.CreateRange([KeyValuePair.Create("k1", "5"), KeyValuePair.Create("k2", "high")]) };
        Assert.That(options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage), Is.EqualTo(["priority.k2 = 'high' is not a whole number"]));
    }

    private static FailoverSinkProcessor New(Group group, (string Name, int Priority)[] priorities, int maxPenalty = 30_000) => new(
        new FailoverSinkProcessorOptions
        {
            MaxPenalty = TimeSpan.FromMilliseconds(maxPenalty),
            Priority = priorities.ToImmutableDictionary(pair => pair.Name, pair => $"{pair.Priority}"),
        },
        group.Time);
}
