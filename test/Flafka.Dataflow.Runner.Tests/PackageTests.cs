using System.Diagnostics;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>What a stranger does with the packages.</summary>
[Platform(Include = "Unix")]
public class PackageTests
{
    private const string Program = """
        using System.Globalization;
        using Flafka.Dataflow;

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var stopping = stop.Token;
        Console.SetOut(TextWriter.Synchronized(new Counter(stop)));
        {SAMPLE}

        file sealed class Counter(CancellationTokenSource stop) : StringWriter
        {
            private readonly TextWriter _console = Console.Out;
            private int _events;

            public override void WriteLine(string? value)
            {
                _console.WriteLine(value);
                _events += int.Parse(value!.Split(' ')[0], CultureInfo.InvariantCulture);
                if (_events == 1000)
                {
                    _console.WriteLine("all");
                    stop.Cancel();
                }
            }
        }
        """;

    [Test, CancelAfter(300_000)]
    public async Task A_project_elsewhere_adds_the_package_and_runs_the_sample_of_the_readme(CancellationToken limit)
    {
        // A version of its own: a package of the same version that somebody restored before would be taken from the cache.
        using var folder = new TempFolder();
        var version = $"0.0.0-test.{Environment.ProcessId}";
        var packages = folder["packages"];
        await RunAsync(folder.Path, Repository.Path("scripts/pack.sh"), limit, packages, $"-p:PackageVersion={version}");
        foreach (var library in new[] { "Flafka.Dataflow", "Flafka.Dataflow.Kafka", "Flafka.Dataflow.Storage", "Flafka.Dataflow.Web" })
        {
            Assert.That(Path.Combine(packages, $"{library}.{version}.nupkg"), Does.Exist);
            Assert.That(Path.Combine(packages, $"{library}.{version}.snupkg"), Does.Exist);
        }

        var sample = (await File.ReadAllTextAsync(Repository.Path("README.md"), limit)).Split("\n## Library\n")[1].Split("```csharp\n")[1].Split("```")[0].TrimEnd();
        await RunAsync(folder.Path, "dotnet", limit, "new", "console", "-n", "Sample", "-o", ".");
        await File.WriteAllTextAsync(folder["Program.cs"], Program.Replace("{SAMPLE}", sample, StringComparison.Ordinal), limit);
        await RunAsync(folder.Path, "dotnet", limit, "add", "package", "Flafka.Dataflow", "--version", version, "--source", packages);
        Assert.That(await RunAsync(folder.Path, "dotnet", limit, "run"), Does.EndWith("all\n"));
    }

    // The output; packages that are not ours come from the cache, ours do not stay in it.
    private static async Task<string> RunAsync(string folder, string program, CancellationToken limit, params string[] arguments)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (program == "dotnet")
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "cache");
            start.Environment["RestoreFallbackFolders"] = cache;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(limit);
        var output = await process.StandardOutput.ReadToEndAsync(limit);
        await process.WaitForExitAsync(limit);
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}\n{await errors}");
        return output;
    }
}
