using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Makes the consumers of a source or a channel from its configuration, and says what of that is not as given.</summary>
internal sealed partial class ConsumerMaker(ClientOwner owner)
{
    private readonly ILogger _log = owner.Log;

    /// <summary>Makes one, which has joined nothing yet, and the bounds of its loop.</summary>
    /// <param name="request">What it is to read.</param>
    /// <param name="onError">Told of errors of the client itself, on any thread.</param>
    public async Task<(IKafkaConsumer Consumer, ConsumerLoopSettings Settings)> MakeAsync(ConsumerRequest request, Action<Error> onError)
    {
        var servers = await owner.Runtime.External(() => EmbeddedKafka.Resolve(request.Servers, _log, request.Topics));
        var config = ConsumerSetup.Of(request, servers);
        foreach (var warning in config.Warnings)
        {
            ClientWarning(owner.Id, warning);
        }

        ClientSettings(owner.Id, config.Describe());
        var consumer = await owner.Runtime.External(() => owner.Clients.CreateConsumer(
            new ConsumerSettings(config, request.Group, request.Topics, request.Read, request.IsUndecodable, onError, config.StartsAtEnd)));
        return (consumer, new ConsumerLoopSettings(request.Servers, request.BatchSize) { RebalanceDrain = ConsumerSetup.RebalanceDrain(config) });
    }

    [LoggerMessage(KafkaEventIds.ClientWarning, LogLevel.Warning, "{Component}: {Warning}")]
    private partial void ClientWarning(ComponentId component, string warning);

    [LoggerMessage(KafkaEventIds.ClientSettings, LogLevel.Debug, "{Component} starts a consumer with {Settings}.")]
    private partial void ClientSettings(ComponentId component, string settings);
}

/// <summary>What a consumer is to read, and how.</summary>
/// <param name="Servers">The brokers as configured.</param>
/// <param name="Given">The user's settings without their prefix.</param>
/// <param name="Group">The group.</param>
/// <param name="Topics">Names, or one pattern that begins with <c>^</c>.</param>
/// <param name="Read">Makes an event of a record; called on the consumer's own thread.</param>
internal sealed record ConsumerRequest(
    string Servers, IReadOnlyDictionary<string, string> Given, string Group, IReadOnlyList<string> Topics, Func<ConsumeResult<byte[]?, byte[]?>, FlumeEvent> Read)
{
    /// <summary>Where a group without offsets starts unless the user says.</summary>
    public bool IsEarliest { get; init; }

    /// <summary>Whether headers of records are wanted.</summary>
    public bool HasHeaders { get; init; }

    /// <summary>Whether the event made last goes to a topic for undecodable records.</summary>
    public Func<bool> IsUndecodable { get; init; } = static () => false;

    /// <summary>Most events of one poll.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>The one topic, where there can be no other; the client then need not name it with every record.</summary>
    public string? OnlyTopic => Topics is [var only] && !only.StartsWith('^') ? only : null;
}
