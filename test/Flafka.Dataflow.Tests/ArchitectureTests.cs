using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Threading.Tasks.Dataflow;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests;

/// <summary>Rules of the source tree that no compiler checks.</summary>
public partial class ArchitectureTests
{
    private const int MostLines = 500;

    private static readonly Assembly Core = typeof(FlumeEvent).Assembly;

    [Test]
    public void The_core_needs_no_broker_no_web_server_and_no_storage_package()
    {
        string[] allowed = ["System", "Microsoft.Extensions", "Microsoft.Win32.Primitives", "Polly", "netstandard", "mscorlib"];
        Assert.That(
            Core.GetReferencedAssemblies().Select(name => name.Name!).Where(name => !allowed.Any(start => name == start || name.StartsWith(start + ".", StringComparison.Ordinal))),
            Is.Empty);
    }

    [Test]
    public void Nobody_implements_a_block_that_offers_messages_by_hand() => Assert.That(
        Core.GetTypes().Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ISourceBlock<>))),
        Is.Empty, "compose stock blocks instead");

    [Test]
    public void No_satellite_implements_a_block_that_offers_messages_by_hand() => Assert.That(
        SourceTree.Files("src").Where(file => HandMadeBlock().IsMatch(SourceTree.Code(file.Text))).Select(file => file.Path),
        Is.Empty, "compose stock blocks instead");

    [Test]
    public void The_model_uses_nothing_of_ours()
    {
        const string Model = "src/Flafka.Dataflow/Model/";
        var files = SourceTree.Files("src").ToLookup(file => file.Path.StartsWith(Model, StringComparison.Ordinal));
        Assert.That(files[true], Is.Not.Empty);
        var own = files[true].SelectMany(file => SourceTree.Types(file.Text)).ToHashSet(StringComparer.Ordinal);
        var others = files[false].SelectMany(file => SourceTree.Types(file.Text)).Except(own).ToHashSet(StringComparer.Ordinal);
        Assert.That(others, Does.Contain(nameof(Lease)).And.Contain(nameof(AgentRuntime)), "the search finds types");

        Assert.That(
            from file in files[true]
            from word in Word().Matches(SourceTree.Code(file.Text)).Select(match => match.Value).Distinct()
            where others.Contains(word)
            select $"{file.Path} uses {word}",
            Is.Empty);
    }

    [Test]
    public void Ids_of_log_messages_are_unique()
    {
        var registers = SourceTree.Files("src").Where(file => file.Path.EndsWith("EventIds.cs", StringComparison.Ordinal)).ToList();
        Assert.That(registers, Is.Not.Empty);
        var ids = from file in registers
                  from match in Constant().Matches(SourceTree.Code(file.Text))
                  group $"{file.Path} {match.Groups["name"].Value}" by int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture);
        Assert.That(ids.Count(), Is.GreaterThan(10));
        Assert.That(ids.Where(id => id.Count() > 1).Select(id => $"{id.Key}: {string.Join(", ", id)}"), Is.Empty);
    }

    [Test]
    public void Log_messages_take_their_ids_from_a_register() => Assert.That(
        SourceTree.Files("src").Where(file => LiteralId().IsMatch(SourceTree.Code(file.Text))).Select(file => file.Path), Is.Empty);

    [Test]
    public void No_file_is_longer_than_it_can_be_read() => Assert.That(
        from file in SourceTree.Files("src").Concat(SourceTree.Files("test"))
        let lines = file.Text.AsSpan().Count('\n')
        where lines > MostLines
        select $"{file.Path} has {lines} lines; {MostLines} are the most",
        Is.Empty);

    /// <summary>
    /// The contracts of the test kit, by kind of component. A source that cannot read again keeps <c>OnceSourceContract</c> instead of <c>SourceContract</c>;
    /// a channel whose events lie on a server keeps the base of <c>ChannelContract</c>.
    /// </summary>
    private static IEnumerable<TestCaseData> Contracts =>
        from file in SourceTree.Files("test/Flafka.Dataflow.TestKit/Contracts")
        from type in SourceTree.Types(file.Text)
        where type.EndsWith("Contract", StringComparison.Ordinal)
        select new TestCaseData(type[..^"Contract".Length]);

    [TestCaseSource(nameof(Contracts))]
    public void Every_component_has_a_contract_test(string kind)
    {
        var fixtures = SourceTree.Files("test").SelectMany(file => Derived().Matches(SourceTree.Code(file.Text)))
            .Where(match => match.Groups["base"].Value == $"{kind}Contract" || (kind, match.Groups["base"].Value) is ("OnceSource", "SourceContract") or ("Channel", "ChannelContractBase")).Select(match => match.Groups["name"].Value).ToList();
        var components = (from file in SourceTree.Files("src")
                          from match in Component().Matches(CommentLine().Replace(file.Text, string.Empty))
                          where ContractOf(match.Groups["kind"].Value, match.Groups["arguments"].Value) == kind && !match.Groups["arguments"].Value.Contains("ComponentStatus.Unsupported", StringComparison.Ordinal)
                          select match.Groups["name"].Value).ToList();
        Assert.That(components, Is.Not.Empty, "the search finds components");
        Assert.That(
            components.Where(component => !fixtures.Exists(fixture => fixture.StartsWith(component, StringComparison.Ordinal)))
                .Select(component => $"no fixture {component}...Tests : {kind}Contract"),
            Is.Empty);
    }

    private static string ContractOf(string kind, string arguments) =>
        kind == "Source" && !arguments.Contains("CanReadAgain = true", StringComparison.Ordinal) ? "OnceSource" : kind;

    [GeneratedRegex(@"\b(?:class|struct|record)\b[^{;]*:[^{;]*\bI(?:Receivable)?SourceBlock<|\b(?:class|struct|record)\b[^{;]*:[^{;]*\bIPropagatorBlock<")]
    private static partial Regex HandMadeBlock();

    [GeneratedRegex(@"(?<!\.)\b[A-Z]\w*\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bconst\s+int\s+(?<name>\w+)\s*=\s*(?<id>\d+)\s*;")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?\d")]
    private static partial Regex LiteralId();

    [GeneratedRegex(@"\bclass\s+(?<name>\w+)(?:\([^)]*\))?\s*:\s*(?<base>\w+)")]
    private static partial Regex Derived();

    [GeneratedRegex(@"^[ \t]*//.*$", RegexOptions.Multiline)]
    private static partial Regex CommentLine();

    [GeneratedRegex(@"^\[(?<kind>Source|Sink|Channel)\((?<arguments>[^\]]*)\)\]\s*(?:\[[^\]]*\]\s*)*(?:(?:public|internal|sealed|partial|unsafe)\s+)+class\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Component();
}
