namespace Flafka.Dataflow;

/// <summary>A method as a source.</summary>
internal sealed class LambdaSource(Func<ISourceOutput, CancellationToken, Task> run) : ISource
{
    public Task RunAsync(ISourceOutput output, CancellationToken stopping) => run(output, stopping);
}
