using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>
/// One configuration for each mistake, the output beside it. A mistake that JSON can make too has the same file in JSON, and gives the same
/// codes there. With FLAFKA_UPDATE_GOLDEN=1 the expected files are written instead of compared.
/// </summary>
[TestFixture]
public sealed class DiagnosticCorpusTests
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("FLAFKA_UPDATE_GOLDEN") == "1";

    // What the command line says for all files: nothing that changes the finding of any but those written for it.
    private static readonly ConfigurationSettings Settings = ConfigurationSettings.Default with
    {
        Environment = _ => null,
        SystemHadoopDirectory = string.Empty,
        Types = ["com.acme.Mistaken=Acme.NoSuchType, Acme", "com.acme.Dropped=none"],
    };

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Folder(), "*.*")
        .Where(file => !file.EndsWith(".expected", StringComparison.Ordinal)).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void A_mistake_gives_the_expected_findings(string name)
    {
        var isTwin = name.EndsWith(".json", StringComparison.Ordinal) && File.Exists(Path.Combine(Folder(), Path.ChangeExtension(name, ".conf")));
        var expectedFile = Path.Combine(Folder(), Path.ChangeExtension(name, ".expected"));
        var (text, codes) = Findings(name);
        if (isTwin)
        {
            Assert.That(codes, Is.EqualTo(Findings(Path.ChangeExtension(name, ".conf")).Codes));
            return;
        }

        if (IsUpdate)
        {
            File.WriteAllText(expectedFile, text);
        }

        Assert.That(text, Is.EqualTo(File.ReadAllText(expectedFile)));
        if (name.StartsWith("FLK", StringComparison.Ordinal))
        {
            Assert.That(codes, Is.EqualTo(new[] { name[..7] }), "one mistake gives one finding");
        }
    }

    [Test]
    public void Every_code_that_a_configuration_can_cause_has_a_file()
    {
        string[] elsewhere = ["FLK1011", "FLK1012", "FLK1017", "FLK1019", "FLK2015", "FLK2019", "FLK3900"];
        var covered = Names.Select(name => name[..7]).ToHashSet();
        Assert.That(Codes.All.Select(code => code.Id).Except(elsewhere).Where(code => !covered.Contains(code)), Is.Empty);
    }

    private static (string Text, string[] Codes) Findings(string name)
    {
        var bag = new DiagnosticBag();
        var settings = Path.GetFileNameWithoutExtension(name) switch
        {
            "FLK2014-command-where-execution-is-off" => Settings with { AllowExecution = false },
            "FLK2016-default-file-system-is-no-uri" => Settings with { DefaultFileSystem = "namenode" },
            _ => Settings,
        };
        var root = ConfigurationReader.Read(File.ReadAllBytes(Path.Combine(Folder(), name)), name, settings, bag);
        var agent = root.Child("agent1") is null ? "a1" : "agent1";
        var plan = new GraphCompiler(Sample.Registry, settings).Compile(root, agent, bag);
        Assert.That(plan is null, Is.EqualTo(bag.HasErrors));
        Assert.That(bag.Items, Has.All.Matches<Diagnostic>(item => item.Span.Line > 0));
        return (DiagnosticRenderer.Render(bag.Items), [.. bag.Items.Select(item => item.Code).Order(StringComparer.Ordinal)]);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../TestData/Diagnostics"));
}
