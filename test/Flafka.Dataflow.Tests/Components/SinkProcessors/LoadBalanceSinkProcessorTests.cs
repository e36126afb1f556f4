using Flafka.Dataflow.Components.SinkProcessors;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.SinkProcessors;

public class LoadBalanceSinkProcessorTests
{
    [Test]
    public void Round_robin_gives_equal_shares()
    {
        var group = new Group("s1", "s2", "s3");
        group.Give(New(group), 300);
        Assert.That(group.Events, Is.EqualTo([100, 100, 100]));
    }

    [Test]
    public void The_share_of_a_dead_sink_goes_to_the_one_behind_it()
    {
        var group = new Group("s1", "s2", "s3");
        group.Break(1);
        group.Give(New(group), 300);
        Assert.That(group.Events, Is.EqualTo([100, 0, 200]));
    }

    [Test]
    public void The_head_moves_by_one_whatever_fails()
    {
        var group = new Group("a", "b", "c");
        group.Break(1);
        group.Give(New(group), 6);
        Assert.That(group.Calls, Is.EqualTo("a Bc c a Bc c"));
    }

    [Test]
    public void One_sink_that_works_takes_everything()
    {
        var group = new Group("s1", "s2", "s3");
        group.Break(0, 2);
        group.Give(New(group), 10);
        Assert.That(group.Events, Is.EqualTo([0, 10, 0]));
    }

    [Test]
    public void With_backoff_a_sink_that_failed_is_left_alone()
    {
        var group = new Group("s1", "s2", "s3");
        var processor = New(group, backoff: true);
        group.Give(processor, 3);
        group.Break(1);
        group.Give(processor, 3);
        group.Repair(1);
        group.Give(processor, 294);
        Assert.That(group.Events, Is.EqualTo([150, 1, 149]));
    }

    [Test]
    public void Random_with_backoff_returns_to_a_sink_when_its_time_is_over()
    {
        var group = new Group("s1", "s2", "s3");
        var processor = New(group, SinkSelector.Random, backoff: true);
        group.Break(0, 2);
        group.Give(processor, 50);
        Assert.That(group.Events, Is.EqualTo([0, 50, 0]));
        group.Break(1);
        group.Repair(0);
        Assert.That(group.Give(processor, 1), Is.Zero);
        group.Time.Advance(TimeSpan.FromSeconds(2.1));
        group.Give(processor, 50);
        Assert.That(group.Events, Is.EqualTo([50, 50, 0]));
    }

    [Test]
    public void Random_gives_every_sink_about_its_share()
    {
        var group = new Group("s1", "s2", "s3");
        group.Give(New(group, SinkSelector.Random), 3000);
        Assert.That(group.Events, Has.All.InRange(900, 1100));
    }

    [Test]
    public void The_penalty_doubles_up_to_the_limit_and_a_success_does_not_shorten_it()
    {
        var group = new Group("s1");
        var processor = New(group, backoff: true);
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            group.Break(0);
            group.Give(processor, 1);
            var wait = processor.RetryAfter(group.States)!.Value;
            waits.Add(wait.TotalSeconds);
            group.Time.Advance(wait);
            group.Repair(0);
            Assert.That(group.Give(processor, 1), Is.EqualTo(1));
        }

        Assert.That(waits, Is.EqualTo([2, 4, 8, 16, 30, 30, 30]));
    }

    [Test]
    public void A_failure_more_than_an_hour_after_the_last_penalty_begins_anew()
    {
        var group = new Group("s1");
        var processor = New(group, backoff: true);
        group.Break(0);
        group.Give(processor, 1);
        group.Time.Advance(TimeSpan.FromSeconds(3602.1));
        group.Give(processor, 1);
        Assert.That(processor.RetryAfter(group.States), Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void A_limit_of_0_means_the_default()
    {
        var group = new Group("s1");
        var processor = new LoadBalanceSinkProcessor(new LoadBalanceSinkProcessorOptions { Backoff = true, MaxTimeOut = TimeSpan.Zero }, group.Time);
        group.Break(0);
        for (var i = 0; i < 9; i++)
        {
            group.Give(processor, 1);
            group.Time.Advance(TimeSpan.FromSeconds(30));
        }

        group.Give(processor, 1);
        Assert.That(processor.RetryAfter(group.States), Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Without_backoff_the_pause_is_the_hosts()
    {
        var group = new Group("s1", "s2");
        var processor = New(group);
        group.Break(0, 1);
        Assert.That(group.Give(processor, 1), Is.Zero);
        Assert.That(processor.RetryAfter(group.States), Is.Null);
    }

    [Test]
    public void A_sink_that_does_not_run_gets_no_share()
    {
        var group = new Group("a", "b", "c");
        var processor = New(group);
        group.StopSink(1);
        group.Give(processor, 4);
        group.StartSink(1);
        group.Give(processor, 3);
        Assert.That(group.Calls, Is.EqualTo("a c a c a b c"));
    }

    private static LoadBalanceSinkProcessor New(Group group, SinkSelector selector = SinkSelector.RoundRobin, bool backoff = false) =>
        new(new LoadBalanceSinkProcessorOptions { Selector = selector, Backoff = backoff }, group.Time, new Random(1));
}
