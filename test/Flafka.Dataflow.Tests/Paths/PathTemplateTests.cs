using System.Globalization;
using Flafka.Dataflow.Paths;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Paths;

public class PathTemplateTests
{
    private const string AllLetters = "%a|%A|%b|%B|%c|%d|%e|%D|%H|%I|%j|%k|%l|%m|%n|%M|%p|%s|%S|%t|%y|%Y|%z|%%";

    private static readonly EventHeaders Headers = EventHeaders.Create(
        ("timestamp", "1340459193234"), ("host", "web-01"), ("a.b-c_d", "x"), ("k", "v"), ("dollar", @"a$1\b"), ("slash", "../../etc"), ("nested", "%Y"), ("sp ace", "zz"));

    [TestCase("UTC", "Sat|Saturday|Jun|June|Sat Jun 23 13:46:33 2012|23|23|06/23/12|13|01|175|13|1|06|6|46|PM|1340459193|33|1340459193234|12|2012|+0000|%")]
    [TestCase("America/Los_Angeles", "Sat|Saturday|Jun|June|Sat Jun 23 06:46:33 2012|23|23|06/23/12|06|06|175|6|6|06|6|46|AM|1340459193|33|1340459193234|12|2012|-0700|%")]
    [TestCase("PST", "Sat|Saturday|Jun|June|Sat Jun 23 06:46:33 2012|23|23|06/23/12|06|06|175|6|6|06|6|46|AM|1340459193|33|1340459193234|12|2012|-0700|%")]
    [TestCase("Asia/Kolkata", "Sat|Saturday|Jun|June|Sat Jun 23 19:16:33 2012|23|23|06/23/12|19|07|175|19|7|06|6|16|PM|1340459193|33|1340459193234|12|2012|+0530|%")]
    [TestCase("GMT+05:30", "Sat|Saturday|Jun|June|Sat Jun 23 19:16:33 2012|23|23|06/23/12|19|07|175|19|7|06|6|16|PM|1340459193|33|1340459193234|12|2012|+0530|%")]
    public void Every_letter_shows_its_part_of_a_summer_day(string zone, string expected) =>
        Assert.That(Escapes.Resolve(AllLetters, Escapes.At(1340459193234), zone), Is.EqualTo(expected));

    [TestCase("UTC", "Wed|Wednesday|Jan|January|Wed Jan 1 02:05:05 2014|01|1|01/01/14|02|02|001|2|2|01|1|05|AM|1388541905|05|1388541905007|14|2014|+0000|%")]
    [TestCase("America/New_York", "Tue|Tuesday|Dec|December|Tue Dec 31 21:05:05 2013|31|31|12/31/13|21|09|365|21|9|12|12|05|PM|1388541905|05|1388541905007|13|2013|-0500|%")]
    public void Every_letter_shows_its_part_of_a_winter_night(string zone, string expected) =>
        Assert.That(Escapes.Resolve(AllLetters, Escapes.At(1388541905007), zone), Is.EqualTo(expected));

    [TestCase("%{host}/%Y", "web-01/2012")]
    [TestCase("%{missing}/x", "/x")]
    [TestCase("%{a.b-c_d}", "x")]
    [TestCase("%{sp ace}", "%{sp ace}")]
    [TestCase("%{dollar}", @"a$1\b")]
    [TestCase("%{slash}", "../../etc")]
    [TestCase("%{nested}", "%Y")]
    [TestCase("%{Timestamp}", "")]
    [TestCase("%{timestamp}", "1340459193234")]
    [TestCase("%Y%m%d-%{k}", "20120623-v")]
    [TestCase("%q", "")]
    [TestCase("%9", "")]
    [TestCase("%_", "")]
    [TestCase("%", "%")]
    [TestCase("100%", "100%")]
    [TestCase("%{", "%{")]
    [TestCase("%{}", "%{}")]
    [TestCase("%[localhost", "%[localhost")]
    [TestCase("%[a-b]", "%[a-b]")]
    [TestCase("%-d", "%-d")]
    [TestCase("% d", "% d")]
    [TestCase("%é", "%é")]
    [TestCase("%%", "%")]
    [TestCase("%[LOCALHOST]-%[ip]-%[FQDN]", "web-01-10.0.0.1-web-01.example.org")]
    public void Escapes_resolve_as_in_Flume(string pattern, string expected) => Assert.That(Escapes.Resolve(pattern, Headers), Is.EqualTo(expected));

    [Test]
    public void An_unknown_name_in_square_brackets_is_an_error() =>
        Assert.That(() => PathTemplate.Parse("/a/%[bad]"), Throws.TypeOf<FormatException>().With.Message.Contains("'%[bad]' means nothing"));

    [Test]
    public void Every_percent_letter_needs_a_timestamp([Values("/a/%Y", "/a/%%", "/a/%q")] string pattern) =>
        Assert.That(() => Escapes.Resolve(pattern, EventHeaders.Empty), Throws.TypeOf<FormatException>().With.Message.Contains("Expected timestamp in the Flume event headers"));

    [TestCase("/a/%{x}", "/a/")]
    [TestCase("/a/%[IP]", "/a/10.0.0.1")]
    public void Headers_and_hosts_need_none(string pattern, string expected) => Assert.That(Escapes.Resolve(pattern, EventHeaders.Empty), Is.EqualTo(expected));

    [TestCase("1340459193", "1970-01-16 1340459 1340459193")]
    [TestCase("0", "1970-01-01 0 0")]
    [TestCase("-5", "1969-12-31 0 -5")]
    [TestCase("+1340459193234", "2012-06-23 1340459193 +1340459193234")]
    public void Timestamps_are_signed_milliseconds(string timestamp, string expected) =>
        Assert.That(Escapes.Resolve("%Y-%m-%d %s %t", Escapes.At(timestamp)), Is.EqualTo(expected));

    [TestCase("1340459193", "12:20:00 1340400 1340459193")]
    [TestCase("+1340459193234", "13:40:00 1340458800 +1340459193234")]
    public void Rounding_leaves_the_timestamp_itself_alone(string timestamp, string expected) =>
        Assert.That(Escapes.Resolve("%H:%M:%S %s %t", Escapes.At(timestamp), rounding: new TimeRounding(RoundUnit.Minute, 10)), Is.EqualTo(expected));

    [Test]
    public void Timestamps_up_to_zero_cannot_be_rounded([Values("0", "-5")] string timestamp) =>
        Assert.That(
            () => Escapes.Resolve("%S", Escapes.At(timestamp), rounding: new TimeRounding(RoundUnit.Minute, 10)),
            Throws.TypeOf<FormatException>().With.Message.EqualTo("Timestamp must be positive"));

    [Test]
    public void A_timestamp_must_be_a_number([Values("", "abc", " 1340459193234", "1340459193234.5", "99999999999999999")] string timestamp) =>
        Assert.That(() => Escapes.Resolve("%Y", Escapes.At(timestamp)), Throws.TypeOf<FormatException>());

    [Test]
    public void With_the_local_clock_headers_are_not_asked() =>
        Assert.That(Escapes.Resolve("%H:%M %t", Escapes.At("abc"), now: 1340459193234), Is.EqualTo("13:46 1340459193234"));

    [TestCase(2014, 5, 3, "5-3")]
    [TestCase(2014, 11, 13, "11-13")]
    public void Month_and_day_without_padding(int year, int month, int day, string expected) =>
        Assert.That(Escapes.Resolve("%n-%e", Escapes.At(new DateTimeOffset(year, month, day, 0, 0, 0, default).ToUnixTimeMilliseconds())), Is.EqualTo(expected));

    [Test]
    public void Neighbouring_moments_come_out_as_if_each_was_alone()
    {
        var random = new Random(17);
        foreach (var zone in new[] { "UTC", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe" })
        {
            TimeZones.TryFind(zone, out var found);
            foreach (var rounding in new[] { null, new TimeRounding(RoundUnit.Second, 7), new TimeRounding(RoundUnit.Minute, 10), new TimeRounding(RoundUnit.Hour, 5) })
            {
                var path = new BucketPath(PathTemplate.Parse(AllLetters + "%{k}"), new PathClock(found!, rounding), false);
                long moment = 1_394_300_000_000;
                for (var i = 0; i < 2000; i++)
                {
                    moment += random.Next(4) == 0 ? random.Next(7_200_000) - 1_800_000 : random.Next(1500) - 300;
                    var headers = EventHeaders.Empty.Set("timestamp", moment).Set("k", random.Next(2).ToString(CultureInfo.InvariantCulture));
                    path.IsSame(headers);
                    Assert.That(path.Text.ToString(), Is.EqualTo(Escapes.Resolve(AllLetters + "%{k}", headers, zone, rounding)));
                }
            }
        }
    }

    [Test]
    public void The_text_is_made_anew_only_when_it_changes()
    {
        var path = new BucketPath(PathTemplate.Parse("%H%M/%{k}"), new PathClock(TimeZoneInfo.Utc, null), false);
        var first = Escapes.At(60_000).Set("k", "a");
        Assert.That(path.IsSame(first), Is.False);
        Assert.That(path.IsSame(first), Is.True);
        Assert.That(path.IsSame(Escapes.At(119_999).Set("k", "a")), Is.True, "same minute");
        Assert.That(path.IsSame(Escapes.At(120_000).Set("k", "a")), Is.False);
        Assert.That(path.IsSame(Escapes.At(120_000).Set("k", "b")), Is.False);
        Assert.That(() => path.IsSame(EventHeaders.Empty), Throws.TypeOf<FormatException>());
        Assert.That(path.IsSame(Escapes.At(120_000).Set("k", "b")), Is.False, "nothing is known after a failure");
    }

    [TestCase("/logs/%{a}/x", "/logs/")]
    [TestCase("/logs/app-%{a}", "/logs/")]
    [TestCase("%{a}", "")]
    [TestCase("/logs/all", "/logs/all")]
    public void The_literal_root_ends_where_values_begin(string pattern, string root) =>
        Assert.That(PathTemplate.Parse(pattern).LiteralRoot, Is.EqualTo(root));

    [TestCase("/logs/", "/logs/../../etc", "/logs/__/__/etc")]
    [TestCase("/logs/", "/logs//etc/x", "/logs/etc/x")]
    [TestCase("/a/../logs/", "/a/../logs/x.y/./z", "/a/../logs/x.y/_/z")]
    [TestCase("", "/etc", "./etc")]
    [TestCase("/logs/", "/logs/a\nb\0", "/logs/a_b_")]
    public void Values_never_lead_out_of_the_literal_root(string root, string resolved, string expected) =>
        Assert.That(SafePath.Below(root, resolved), Is.EqualTo(expected));
}
