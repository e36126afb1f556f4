using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

internal static class PlanComparison
{
    /// <summary>Two plans are the same when their nodes, fingerprints, edges and text are.</summary>
    public static void AssertSame(GraphPlan left, GraphPlan right)
    {
        Assert.That(left.Nodes.Select(node => (node.Id, node.Fingerprint)), Is.EqualTo(right.Nodes.Select(node => (node.Id, node.Fingerprint))));
        Assert.That(left.Edges, Is.EqualTo(right.Edges));
        Assert.That(PlanRenderer.Text(left), Is.EqualTo(PlanRenderer.Text(right)));
    }
}
