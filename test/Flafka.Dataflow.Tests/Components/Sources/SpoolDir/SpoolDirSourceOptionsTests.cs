using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Sources;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

public class SpoolDirSourceOptionsTests
{
    [Test]
    public void The_defaults_are_valid() => Assert.That(Problems(new SpoolDirSourceOptions { SpoolDir = "/spool" }), Is.Empty);

    [Test]
    public void An_unknown_character_set_is_refused() => Assert.That(
        Problems(new SpoolDirSourceOptions { SpoolDir = "/spool", InputCharset = "UTF-9" }),
        Is.EqualTo(["the character set 'UTF-9' is not known; UTF-8, UTF-16, ISO-8859-1 and windows-1252 are examples of known ones"]));

    [Test]
    public void An_invalid_pattern_is_refused() => Assert.That(
        Problems(new SpoolDirSourceOptions { SpoolDir = "/spool", IncludePattern = "a(b", IgnorePattern = "[" }),
        Is.EqualTo(new[] { "the regular expression 'a(b' is not valid", "the regular expression '[' is not valid" }).Using<string>((a, b) => a.StartsWith(b, StringComparison.Ordinal)));

    [Test]
    public void A_pause_of_nothing_is_refused() => Assert.That(
        Problems(new SpoolDirSourceOptions { SpoolDir = "/spool", PollDelay = TimeSpan.Zero }),
        Is.EqualTo(["a pause must be longer than nothing; write pollDelay = 500"]));

    [TestCase("/spool/", ".flumespool", "/spool/.flumespool")]
    [TestCase("/spool", "/var/tracker/", "/var/tracker")]
    public void A_relative_tracker_directory_is_below_the_spool_directory(string spool, string tracker, string path) =>
        Assert.That(new SpoolDirSourceOptions { SpoolDir = spool, TrackerDir = tracker }.Resources, Is.EqualTo(["dir:" + path]));

    private static IEnumerable<string?> Problems(SpoolDirSourceOptions options) =>
        options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage);
}
