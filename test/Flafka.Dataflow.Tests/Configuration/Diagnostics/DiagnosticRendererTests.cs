using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class DiagnosticRendererTests
{
    [Test]
    public void A_finding_is_one_line_that_editors_jump_to_and_an_indented_hint()
    {
        var finding = new Diagnostic("FLK2003", DiagnosticSeverity.Error, "a1.sinks.k1.batchSize", "'ten' is not a whole number", new SourceSpan("agent.conf", 12, 5), "Write 10.");
        Assert.That(
            DiagnosticRenderer.Render(finding),
            Is.EqualTo("agent.conf(12,5): error FLK2003: a1.sinks.k1.batchSize: 'ten' is not a whole number\n    Write 10."));
    }

    [Test]
    public void Findings_come_in_the_order_of_the_text()
    {
        var bag = new DiagnosticBag();
        foreach (var (line, column) in new[] { (3, 1), (1, 9), (1, 2) })
        {
            bag.Report(new Diagnostic("X", DiagnosticSeverity.Info, "", $"{line}.{column}", new SourceSpan("f", line, column), null));
        }

        Assert.That(DiagnosticRenderer.Render(bag.Items), Is.EqualTo("f(1,2): info X: 1.2\nf(1,9): info X: 1.9\nf(3,1): info X: 3.1\n"));
    }

    [Test]
    public void A_value_cannot_start_a_line_or_reach_the_terminal()
    {
        var finding = new Diagnostic("X", DiagnosticSeverity.Warning, "a\nb", "'\u001b[31m\r\t'", new SourceSpan("f", 1, 1), null);
        Assert.That(DiagnosticRenderer.Render(finding), Is.EqualTo("f(1,1): warning X: a\\nb: '\\u001B[31m\\r\\t'"));
    }
}
