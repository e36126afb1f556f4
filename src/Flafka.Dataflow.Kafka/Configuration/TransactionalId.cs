using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow.Kafka;

/// <summary>The answer to Kafka transactions.</summary>
internal static class TransactionalId
{
    public static ValidationResult NotAvailable(string member, string prefix) => new NotAvailableResult(
        $"{prefix}transactional.id is not available in this version: records are written without a transaction; remove the key (enable.idempotence keeps retries from writing twice)",
        member);
}
