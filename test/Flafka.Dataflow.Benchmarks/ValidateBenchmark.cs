using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Flafka.Dataflow.Benchmarks;

/// <summary>
/// What <c>flafka validate</c> costs as a whole process, against <c>dotnet --version</c>, and how much of that a large configuration adds; and the compiler
/// alone when it is warm.
/// </summary>
internal static class ValidateBenchmark
{
    // 100 sources with an interceptor each, 100 channels, 200 sinks.
    private const int Lanes = 100;

    public static IEnumerable<BenchmarkRow> Run()
    {
        var folder = Directory.CreateTempSubdirectory("flafka-bench").FullName;
        try
        {
            var (large, small) = (Path.Combine(folder, "large.conf"), Path.Combine(folder, "small.conf"));
            File.WriteAllText(large, Text(Lanes));
            File.WriteAllText(small, Text(1));
            var (ours, bare) = Measure.Pair(() => Execute(Program(), "validate", small), () => Execute("--version"));
            yield return new BenchmarkRow("validate: 5 components, whole process; baseline dotnet --version", Milliseconds(ours), Milliseconds(bare), ours.Seconds / bare.Seconds);

            var (many, few) = Measure.Pair(() => Execute(Program(), "validate", large), () => Execute(Program(), "validate", small));
            yield return new BenchmarkRow(
                string.Create(CultureInfo.InvariantCulture, $"validate: 500 components, whole process; baseline 5 components; {(many.Seconds - few.Seconds) * 1000:0} ms more"),
                Milliseconds(many), Milliseconds(few), many.Seconds / few.Seconds);

            var registry = ComponentRegistry.Scan(typeof(FlumeEvent).Assembly);
            var (warm, one) = Measure.Pair(() => Compile(registry, Text(Lanes)), () => Compile(registry, Text(1)));
            yield return new BenchmarkRow("validate: compiler alone, warm, 500 components; baseline 5 components", Milliseconds(warm), Milliseconds(one), warm.Seconds / one.Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(int lanes)
    {
        var text = new StringBuilder();
        text.Append("a1.sources =");
        for (var i = 0; i < lanes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" r{i}");
        }

        text.Append("\na1.channels =");
        for (var i = 0; i < lanes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" c{i}");
        }

        text.Append("\na1.sinks =");
        for (var i = 0; i < lanes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" k{i} l{i}");
        }

        for (var i = 0; i < lanes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""

                a1.sources.r{i}.type = netcat
                a1.sources.r{i}.bind = 127.0.0.1
                a1.sources.r{i}.port = {20_000 + i}
                a1.sources.r{i}.channels = c{i}
                a1.sources.r{i}.interceptors = i1
                a1.sources.r{i}.interceptors.i1.type = static
                a1.sources.r{i}.interceptors.i1.key = place
                a1.sources.r{i}.interceptors.i1.value = berlin
                a1.channels.c{i}.type = memory
                a1.channels.c{i}.capacity = 1000
                a1.sinks.k{i}.type = file_roll
                a1.sinks.k{i}.sink.directory = /var/log/flume{i}
                a1.sinks.k{i}.sink.rollInterval = 60
                a1.sinks.k{i}.channel = c{i}
                a1.sinks.l{i}.type = logger
                a1.sinks.l{i}.channel = c{i}
                """);
        }

        return text.Append('\n').ToString();
    }

    private static void Compile(ComponentRegistry registry, string text)
    {
        var diagnostics = new DiagnosticBag();
        var root = ConfigurationReader.Read(text, "agent.conf", ConfigurationSettings.Default, diagnostics);
        if (new GraphCompiler(registry).Compile(root, "a1", diagnostics) is null)
        {
            throw new InvalidOperationException(DiagnosticRenderer.Render(diagnostics.Items));
        }
    }

    // bin/Release/net10.0 of both projects.
    private static string Program()
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Flafka.Dataflow.Runner/bin", build.Parent!.Name, build.Name, "flafka.dll"));
        return File.Exists(path) ? path : throw new FileNotFoundException("The runner is not built.", path);
    }

    private static void Execute(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.Result}");
        }
    }

    private static string Milliseconds(Measure.Result result) => string.Create(CultureInfo.InvariantCulture, $"{result.Seconds * 1000:0.0} ms");
}
