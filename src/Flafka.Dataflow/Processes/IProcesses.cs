namespace Flafka.Dataflow;

/// <summary>Programs of the machine as the core sees them. Tests put scripted ones in their place.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IProcesses
{
    /// <summary>Starts a program whose standard input is empty.</summary>
    /// <param name="file">The program, looked up in <c>PATH</c> when it names no directory.</param>
    /// <param name="arguments">What it is given, each as it is.</param>
    /// <exception cref="DeliveryException">It cannot be started; the message says why.</exception>
    Task<IRunningProcess> StartAsync(string file, IReadOnlyList<string> arguments);
}
