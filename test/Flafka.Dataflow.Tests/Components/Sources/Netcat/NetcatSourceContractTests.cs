using System.Text;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Netcat;

/// <summary>The other side sends all lines at once, then hears the answers.</summary>
public class NetcatSourceContractTests : OnceSourceContract
{
    private readonly SimulatedNetwork _network = new();
    private readonly List<string> _refused = [];
    private IReadOnlyList<string> _lines = [];

    protected override IReadOnlyCollection<string> Refused => _refused;

    protected override IReadOnlyList<string> Prepare(int events)
    {
        _refused.Clear();
        return _lines = [.. Enumerable.Range(0, events).Select(n => $"line {n}")];
    }

    protected override ISource NewSource(AgentRuntime runtime) => NetcatSourceTests.NewSource(new NetcatSourceOptions { Port = 44444 }, _network, runtime);

    protected override async Task FeedAsync(AgentRuntime runtime)
    {
        await using var client = _network.Connect();
        var sending = client.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(_lines.Select(line => line + "\n"))), CancellationToken.None).AsTask();
        var answers = await NetcatSourceTests.ReadLinesAsync(client, _lines.Count);
        _refused.AddRange(_lines.Zip(answers).Where(pair => pair.Second != "OK").Select(pair => pair.First));
        await sending;
    }

    protected override bool TryBreakStart()
    {
        _network.Failure = "port in use";
        return true;
    }

    protected override void RepairStart() => _network.Failure = null;

    protected override IReadOnlyList<string> Surroundings() => [$"listens: {_network.IsOpen}"];
}
