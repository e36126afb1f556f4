using Flafka.Dataflow.Paths;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Paths;

public class TimeRoundingTests
{
    [TestCase(RoundUnit.Second, 1, "2012-06-23/1346/33", 1340459193, "2012-06-23/1916/33", 1340459193)]
    [TestCase(RoundUnit.Second, 5, "2012-06-23/1346/30", 1340459190, "2012-06-23/1916/30", 1340459190)]
    [TestCase(RoundUnit.Second, 7, "2012-06-23/1346/28", 1340459188, "2012-06-23/1916/28", 1340459188)]
    [TestCase(RoundUnit.Second, 60, "2012-06-23/1346/00", 1340459160, "2012-06-23/1916/00", 1340459160)]
    [TestCase(RoundUnit.Minute, 1, "2012-06-23/1346/00", 1340459160, "2012-06-23/1916/00", 1340459160)]
    [TestCase(RoundUnit.Minute, 5, "2012-06-23/1345/00", 1340459100, "2012-06-23/1915/00", 1340459100)]
    [TestCase(RoundUnit.Minute, 7, "2012-06-23/1342/00", 1340458920, "2012-06-23/1914/00", 1340459040)]
    [TestCase(RoundUnit.Minute, 10, "2012-06-23/1340/00", 1340458800, "2012-06-23/1910/00", 1340458800)]
    [TestCase(RoundUnit.Minute, 30, "2012-06-23/1330/00", 1340458200, "2012-06-23/1900/00", 1340458200)]
    [TestCase(RoundUnit.Minute, 60, "2012-06-23/1300/00", 1340456400, "2012-06-23/1900/00", 1340458200)]
    [TestCase(RoundUnit.Hour, 1, "2012-06-23/1300/00", 1340456400, "2012-06-23/1900/00", 1340458200)]
    [TestCase(RoundUnit.Hour, 2, "2012-06-23/1200/00", 1340452800, "2012-06-23/1800/00", 1340454600)]
    [TestCase(RoundUnit.Hour, 5, "2012-06-23/1000/00", 1340445600, "2012-06-23/1500/00", 1340443800)]
    [TestCase(RoundUnit.Hour, 12, "2012-06-23/1200/00", 1340452800, "2012-06-23/1200/00", 1340433000)]
    [TestCase(RoundUnit.Hour, 24, "2012-06-23/0000/00", 1340409600, "2012-06-23/0000/00", 1340389800)]
    public void Rounds_by_the_field_of_the_local_day(RoundUnit unit, int value, string utc, long utcSeconds, string kolkata, long kolkataSeconds)
    {
        var rounding = new TimeRounding(unit, value);
        Assert.That(Escapes.Resolve("%Y-%m-%d/%H%M/%S %s", Escapes.At(1340459193234), "UTC", rounding), Is.EqualTo($"{utc} {utcSeconds}"));
        Assert.That(Escapes.Resolve("%Y-%m-%d/%H%M/%S %s", Escapes.At(1340459193234), "Asia/Kolkata", rounding), Is.EqualTo($"{kolkata} {kolkataSeconds}"));
    }

    [TestCase(1394361000000, RoundUnit.Hour, 2, "2014-03-09 03:00 -0700 1394359200")]
    [TestCase(1394361000000, RoundUnit.Hour, 24, "2014-03-09 00:00 -0800 1394352000")]
    [TestCase(1414917000000, RoundUnit.Minute, 10, "2014-11-02 01:30 -0800 1414920600")]
    [TestCase(1414917000000, RoundUnit.Hour, 1, "2014-11-02 01:00 -0800 1414918800")]
    [TestCase(1414920600000, RoundUnit.Minute, 10, "2014-11-02 01:30 -0800 1414920600")]
    public void Local_times_that_occur_twice_or_never_go_by_standard_time(long timestamp, RoundUnit unit, int value, string expected) =>
        Assert.That(Escapes.Resolve("%Y-%m-%d %H:%M %z %s", Escapes.At(timestamp), "America/Los_Angeles", new TimeRounding(unit, value)), Is.EqualTo(expected));

    [Test]
    public void The_example_of_the_guide() =>
        Assert.That(
            Escapes.Resolve("/flume/events/%y-%m-%d/%H%M/%S", Escapes.At(1339502074000), "UTC", new TimeRounding(RoundUnit.Minute, 10)),
            Is.EqualTo("/flume/events/12-06-12/1150/00"));

    [Test]
    public void The_clock_is_read_once_for_all_letters() =>
        Assert.That(Escapes.Resolve("%H:%M", EventHeaders.Empty, "UTC", new TimeRounding(RoundUnit.Minute, 10), new DateTimeOffset(2026, 1, 1, 2, 59, 59, default).ToUnixTimeMilliseconds()), Is.EqualTo("02:50"));
}
