using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Runner.Tests.Hosting;

/// <summary>Writes into a service of the host.</summary>
[Sink("delivered")]
public sealed class DeliveredSink(DeliveredSinkOptions options, Delivered delivered) : ISink
{
    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort)
    {
        delivered.Add(events.Select(e => options.Prefix + e));
        return Task.CompletedTask;
    }
}

/// <summary>Options of the sink.</summary>
public sealed class DeliveredSinkOptions
{
    /// <summary>Stands in front of every text.</summary>
    [Option("prefix"), Required]
    public string Prefix { get; init; } = string.Empty;
}
