using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>Passes the client library's own log on, for diagnosis: what matters of it reaches users through errors, in our words.</summary>
internal static partial class ConfluentLog
{
    public static void Write(ILogger log, LogMessage message) => Line(log, message.Name, message.Facility, message.Message);

    [LoggerMessage(KafkaEventIds.ClientLog, LogLevel.Debug, "{Client} {Facility}: {Text}")]
    private static partial void Line(ILogger log, string client, string facility, string text);
}
