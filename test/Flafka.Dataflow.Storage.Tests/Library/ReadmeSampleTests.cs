using System.Runtime.CompilerServices;
using Flafka.Dataflow.Storage.Tests.Formats;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Storage.Tests.Library;

public class ReadmeSampleTests
{
    [Test]
    public void The_sample_of_the_readme_is_the_one_that_is_compiled()
    {
        var sample = File.ReadAllText(Beside("../../../README.md")).Split("\n### Files without a sink\n")[1].Split("```csharp\n")[1].Split("```")[0].TrimEnd();
        var lines = sample.Split('\n').Select(line => line.Length == 0 ? line : "        " + line);
        Assert.That(File.ReadAllText(Beside("ReadmeSample.cs")), Does.Contain(string.Join('\n', lines)));
    }

    [Test]
    public async Task The_sample_of_the_readme_writes_a_file_that_others_read()
    {
        using var folder = new TempFolder();
        var path = folder["requests.parquet"];
        (string Host, DateTimeOffset At, long Bytes)[] requests =
            [.. Enumerable.Range(0, 1000).Select(i => ($"web{i % 3}", DateTimeOffset.UnixEpoch.AddMilliseconds(i), i * 10L))];
        await ReadmeSample.RunAsync(path, requests, CancellationToken.None);
        ForeignReaders.AssertEqual(
            ForeignReaders.Read(new ForeignFile("duckdb", path))[0], [.. requests.Select(one => new object?[] { one.Host, one.At, one.Bytes })], "the sample");
    }

    private static string Beside(string name, [CallerFilePath] string here = "") => Path.Join(Path.GetDirectoryName(here), name);
}
