namespace Flafka.Dataflow;

/// <summary>A batch fits into one transaction of the channel. Flume drops the source or sink.</summary>
internal sealed class BatchSizeRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var end in agent.Sources.Select(source => source.Source).Concat(agent.Sinks))
        {
            if (end.Options is not IBatchSized sized)
            {
                continue;
            }

            var tight = end.Definition.Channels.Select(agent.Channel)
                .Where(channel => channel?.Options is ITransactionLimited limited && limited.TransactionCapacity < sized.BatchSize)
                .MinBy(channel => ((ITransactionLimited)channel!.Options).TransactionCapacity);
            if (tight is not null)
            {
                var capacity = ((ITransactionLimited)tight.Options).TransactionCapacity;
                var (path, span) = end.KeyOf(nameof(IBatchSized.BatchSize));
                var name = tight.Definition.Id.Name;
                var (limit, _) = tight.KeyOf(nameof(ITransactionLimited.TransactionCapacity));
                diagnostics.Add(
                    Codes.BatchTooLarge, path, span,
                    $"a batch of {sized.BatchSize} events does not fit into a transaction of the channel '{name}', which holds {capacity}",
                    $"Set {limit} = {sized.BatchSize} or more, or {path} = {capacity} or less.");
            }
        }
    }
}
