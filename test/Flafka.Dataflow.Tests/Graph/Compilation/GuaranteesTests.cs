using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

[TestFixture]
public sealed class GuaranteesTests
{
    private const string Reread = "At least once. Process crash: nothing is lost, at most";

    [TestCase("", "", GuaranteeLevel.AtLeastOnce, $"{Reread} 6,400 events come twice. Power cut: what file_roll wrote in the last seconds may be lost; set sink.sync = commit.")]
    [TestCase("batchSize = 10", "", GuaranteeLevel.AtLeastOnce, $"{Reread} 640 events come twice. Power cut: what file_roll wrote in the last seconds may be lost; set sink.sync = commit.")]
    [TestCase("batchSize = 10", "sink.sync = commit", GuaranteeLevel.AtLeastOnce, $"{Reread} 640 events come twice. Power cut: the same.")]
    public void A_source_that_reads_again_loses_nothing_in_a_crash(string source, string sink, GuaranteeLevel level, string text) =>
        AssertPath("spool", "memory", source, "", sink, level, text);

    [Test]
    public void A_channel_that_answers_early_loses_what_it_holds() => AssertPath(
        "spool", "memory", "", "acknowledge = channel", "sink.sync = commit", GuaranteeLevel.LostInCrash,
        "Process crash: what c1 holds is lost, up to 100 events; without a1.channels.c1.acknowledge nothing would be lost. Power cut: the same.");

    [Test]
    public void A_source_with_a_client_loses_what_a_memory_channel_holds() => AssertPath(
        "listen", "memory", "", "capacity = 5000", "", GuaranteeLevel.LostInCrash,
        "Process crash: what c1 holds is lost, up to 5,000 events. Power cut: the same, and what file_roll wrote in the last seconds; set sink.sync = commit.");

    [Test]
    public void A_client_that_waits_for_the_sink_can_send_again() => AssertPath(
        "listen", "memory", "", "acknowledge = end-to-end", "sink.sync = commit", GuaranteeLevel.AtLeastOnce,
        "At least once. Process crash: nothing is lost that r1 was told is delivered; the rest is up to whoever sends to it. Power cut: the same.");

    [Test]
    public void A_durable_channel_keeps_what_it_holds() => AssertPath(
        "listen", "durable", "", "", "sink.sync = commit", GuaranteeLevel.AtLeastOnce,
        "At least once from c1 on. Process crash: what c1 holds is kept, at most 100 events come twice; what it had not stored yet is up to whoever sends to r1. Power cut: the same.");

    [Test]
    public void A_durable_channel_behind_a_source_that_reads_again_may_repeat_on_both_sides() => AssertPath(
        "spool", "durable", "batchSize = 10", "", "sink.sync = commit", GuaranteeLevel.AtLeastOnce, $"{Reread} 740 events come twice. Power cut: the same.");

    [TestCase("memory", "acknowledge = end-to-end", "at most 6,400 events come again", "not durable")]
    [TestCase("durable", "", "what the sink holds comes again", "durable")]
    public void A_sink_that_holds_whole_files_says_so(string channel, string key, string repeats, string how)
    {
        var plan = Compile.Plan($"""
            a1.sources = r1
            a1.channels = c1
            a1.sinks = k1
            a1.sources.r1.type = spool
            a1.sources.r1.spoolDir = /in
            a1.sources.r1.channels = c1
            a1.channels.c1.type = {channel}
            {Key("channels.c1", key)}
            a1.sinks.k1.type = whole
            a1.sinks.k1.events = 100
            a1.sinks.k1.channel = c1
            """);
        Assert.That(
            Guarantees.Of(plan).Single().Text,
            Does.StartWith($"At least once. Process crash: nothing is lost, {repeats}. It holds (as c1 is {how}). Power cut:"));
    }

    private static void AssertPath(string sourceType, string channelType, string source, string channel, string sink, GuaranteeLevel level, string text)
    {
        var plan = Compile.Plan($"""
            a1.sources = r1
            a1.channels = c1
            a1.sinks = k1
            a1.sources.r1.type = {sourceType}
            a1.sources.r1.{(sourceType == "spool" ? "spoolDir = /in" : "port = 1")}
            a1.sources.r1.channels = c1
            a1.channels.c1.type = {channelType}
            a1.sinks.k1.type = file_roll
            a1.sinks.k1.sink.directory = /out
            a1.sinks.k1.channel = c1
            {Key("sources.r1", source)}
            {Key("channels.c1", channel)}
            {Key("sinks.k1", sink)}
            """);
        var path = Guarantees.Of(plan).Single();
        Assert.That(path.Path, Is.EqualTo("r1 -> c1 -> k1"));
        Assert.That(path.Level, Is.EqualTo(level));
        Assert.That(path.Text, Is.EqualTo(text));
    }

    private static string Key(string component, string line) => line.Length == 0 ? "" : $"a1.{component}.{line}";
}
