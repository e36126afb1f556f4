namespace Flafka.Dataflow.Runner;

/// <summary>Ids of the runner's log messages.</summary>
internal static class RunnerEventIds
{
    public const int Starting = 9001;
    public const int Guarantee = 9002;
    public const int Memory = 9003;
    public const int Started = 9004;
    public const int Draining = 9005;
    public const int Aborted = 9006;
    public const int Left = 9007;
    public const int Flow = 9008;
    public const int FlowWithProblem = 9009;
    public const int Ended = 9010;
}
