namespace Flafka.Dataflow;

/// <summary>One concern of the whole agent. Looks only at components that could be bound, so that it does not repeat their mistakes.</summary>
internal interface IRule
{
    void Check(BoundAgent agent, DiagnosticBag diagnostics);
}
