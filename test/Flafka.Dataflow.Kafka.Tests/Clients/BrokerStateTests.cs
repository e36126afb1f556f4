using Confluent.Kafka;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Flafka.Dataflow.Kafka.Tests.Clients;

/// <summary>A trouble is told when a question to the brokers confirms it: the client says it late, when they may be back already.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class BrokerStateTests
{
    private readonly RecordingLoggers _logs = new();
    private readonly BrokerState _brokers;

    public BrokerStateTests() => _brokers = new BrokerState(
        new ComponentId("a1", ComponentKind.Source, "r1"), "b:1", ConsumerSetup.Prefix, "Nothing is read meanwhile.", _logs.CreateLogger("x"));

    [Test]
    public void A_broker_that_comes_back_is_one_line_each_although_the_client_repeats_itself()
    {
        AllDown();
        Assert.That(_brokers.Problem, Is.Null);
        _brokers.OnNoAnswer();
        Assert.That(_brokers.Problem, Is.EqualTo("FLK6001: none of the brokers 'b:1' answers"));
        _brokers.OnAnswer(isSuccess: false);
        AllDown(); // what the client had to say before
        Assert.That(_brokers.IsAway);
        _brokers.OnAnswer(isSuccess: false);
        Assert.That(_brokers.IsAway, Is.False);
        Assert.That(_logs.Texts.ToArray(), Has.Length.EqualTo(2).And.ItemAt(0).Contains("reaches none").And.ItemAt(1).Contains("works with its brokers again"));
    }

    [Test]
    public void A_refused_login_is_told_at_once_also_behind_brokers_that_seem_away()
    {
        AllDown();
        _brokers.OnError(new Error(ErrorCode.Local_Authentication, "no"));
        _brokers.OnNoAnswer();
        Assert.That(_brokers.Problem, Does.StartWith("FLK6002"));
        Assert.That(_logs.Texts.ToArray(), Has.Length.EqualTo(1));
    }

    private void AllDown() => _brokers.OnError(new Error(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down"));
}
