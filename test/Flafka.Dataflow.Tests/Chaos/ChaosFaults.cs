namespace Flafka.Dataflow.Tests.Chaos;

/// <summary>What may go wrong in a sink.</summary>
/// <param name="Rate">Part of the calls that go wrong.</param>
/// <param name="CanBePartial">Whether a part of a lease may fail: order is then not kept, by nature.</param>
/// <param name="CanHang">Whether a call may never return.</param>
internal sealed record ChaosFaults(double Rate, bool CanBePartial, bool CanHang);
