using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Tests.Library;

/// <summary>A user's own source, in one file.</summary>
public sealed class OwnSource(OwnSourceOptions options) : ISource
{
    public async Task RunAsync(ISourceOutput output, CancellationToken stopping)
    {
        for (var i = 1; i <= options.Count; i++)
        {
            await output.DeliverAsync([FlumeEvent.FromText($"{options.Word} {i}")], stopping);
        }
    }
}

/// <summary>Options of the source.</summary>
public sealed class OwnSourceOptions
{
    /// <summary>What every event begins with.</summary>
    [Option("word"), Required]
    public string Word { get; init; } = string.Empty;

    /// <summary>How many events there are.</summary>
    [Option("count"), Range(1, 1000)]
    public int Count { get; init; } = 3;
}
