using NUnit.Framework;

namespace Flafka.Dataflow.TestKit;

/// <summary>One server for all tests of a namespace; the class that derives from it is its <c>SetUpFixture</c>.</summary>
/// <param name="tryStart">Finds or starts the server; <see langword="null"/> when there is none to be had.</param>
/// <param name="missing">Why the tests are skipped without one.</param>
public abstract class RealServerSetUp<T>(Func<T?> tryStart, string missing)
    where T : RealServer
{
    private static T? Running;

    /// <summary>The server.</summary>
    protected static T Server => Running ?? throw new InvalidOperationException($"No {typeof(T).Name} was started.");

    [OneTimeSetUp]
    public void Start()
    {
        Running = tryStart();
        if (Running is null)
        {
            Peers.Skip(missing);
        }
    }

    [OneTimeTearDown]
    public void Stop() => Running?.Dispose();
}
