using Flafka.Dataflow.Components;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components;

public class JavaPatternTests
{
    [TestCase("a", "ab", false)]
    [TestCase("a|b", "b", true)]
    [TestCase("a|bc", "abc", false)]
    [TestCase("^.*$", "anything", true)]
    [TestCase(@"\d+", "12", true)]
    [TestCase(@"\d", "\u0664", false)]
    [TestCase(@"[\d_]+", "1_2", true)]
    [TestCase(@"\w+", "naïve", false)]
    [TestCase(@"\W", "ï", true)]
    [TestCase(@"\s", "\u00A0", false)]
    [TestCase(@".", "\u2028", false)]
    [TestCase(@"[.]", ".", true)]
    [TestCase(@"[.]", "a", false)]
    [TestCase(@"\.log", ".log", true)]
    [TestCase(@"\.log", "xlog", false)]
    [TestCase(@"\Qa.b\E.*", "a.bc", true)]
    [TestCase(@"\Qa.b\E.*", "axbc", false)]
    [TestCase(@"(?i)ABC", "abc", true)]
    [TestCase(@"a\\b", @"a\b", true)]
    public void Expressions_mean_what_they_mean_in_Java(string pattern, string text, bool isMatch) =>
        Assert.That(JavaPattern.WholeMatch(pattern).IsMatch(text), Is.EqualTo(isMatch));

    [TestCase("[", "Unterminated [] set")]
    [TestCase("(", "Not enough )'s")]
    [TestCase("*", "Quantifier '*' following nothing")]
    public void What_is_wrong_is_said_of_what_was_written(string pattern, string reason)
    {
        var problem = Assert.Throws<System.Text.RegularExpressions.RegexParseException>(() => JavaPattern.WholeMatch(pattern))!;
        Assert.That(JavaPattern.Reason(problem), Is.EqualTo(reason));
    }
}
