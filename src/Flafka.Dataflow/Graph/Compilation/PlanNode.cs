namespace Flafka.Dataflow;

/// <summary>A part of the graph that is built, started and stopped as one.</summary>
/// <param name="Id">Its name in the plan, for example <c>source:r1</c>.</param>
/// <param name="Fingerprint">Changes when anything in it changes.</param>
public abstract record PlanNode(string Id, string Fingerprint);
