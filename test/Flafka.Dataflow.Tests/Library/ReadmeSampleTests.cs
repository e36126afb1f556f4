using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Library;

[NonParallelizable] // the sample writes to the console of the process
public class ReadmeSampleTests
{
    [Test]
    public void The_sample_of_the_readme_is_the_one_that_is_compiled()
    {
        var section = SourceTree.Text("README.md").Split("\n## Library\n")[1].Split("\n## ")[0];
        var sample = section.Split("```csharp\n")[1].Split("```")[0].TrimEnd();
        var compiled = SourceTree.Text("test/Flafka.Dataflow.Tests/Library/ReadmeSample.cs");
        Assert.That(sample, Does.StartWith("await using var graph"));
        Assert.That(compiled, Does.Contain(string.Join('\n', sample.Split('\n').Select(line => "        " + line))));
    }

    [Test, CancelAfter(30_000)]
    public async Task The_sample_of_the_readme_delivers_its_events(CancellationToken limit)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(limit);
        var before = Console.Out;
        using var output = new Counter(1000, stopping.Cancel);
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            await ReadmeSample.RunAsync(stopping.Token);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.That(output.Events, Is.EqualTo(1000));
        Assert.That(limit.IsCancellationRequested, Is.False);
    }

    /// <summary>Adds up the numbers that the sample prints.</summary>
    private sealed class Counter(int expected, Action reached) : StringWriter
    {
        public int Events { get; private set; }

        public override void WriteLine(string? value)
        {
            if (value?.Split(' ') is [var events, "events"])
            {
                Events += int.Parse(events, System.Globalization.CultureInfo.InvariantCulture);
                if (Events == expected)
                {
                    reached();
                }
            }
        }
    }
}
