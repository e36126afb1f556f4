using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration;

[TestFixture]
public sealed class CodesTests
{
    [Test]
    public void Every_code_is_there_once() => Assert.That(Codes.All.Select(code => code.Id), Is.Unique);

    [Test]
    public void Every_code_has_its_form_and_a_title() =>
        Assert.That(Codes.All, Has.All.Matches<DiagnosticCode>(code => code.Id.Length == 7 && code.Id.StartsWith("FLK", StringComparison.Ordinal) && code.Title.Length > 5));
}
