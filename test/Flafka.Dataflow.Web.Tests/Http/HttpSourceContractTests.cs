using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Flafka.Dataflow.TestKit.Contracts;
using NUnit.Framework;

namespace Flafka.Dataflow.Web.Tests.Http;

/// <summary>The other side posts one event after the other.</summary>
public sealed class HttpSourceContractTests : OnceSourceContract, IDisposable
{
    private readonly List<string> _refused = [];
    private IReadOnlyList<string> _bodies = [];
    private HttpSource? _source;
    private TcpListener? _squatter;
    private int _port;

    protected override IReadOnlyCollection<string> Refused => _refused;

    [TearDown]
    public void Dispose() => _squatter?.Dispose();

    protected override IReadOnlyList<string> Prepare(int events)
    {
        _refused.Clear();
        _port = 0;
        return _bodies = [.. Enumerable.Range(0, events).Select(n => $"event {n}")];
    }

    protected override ISource NewSource(AgentRuntime runtime) => _source = RunningSource.Create(new HttpSourceOptions { Port = _port, Handler = RunningSource.Json });

    protected override async Task FeedAsync(AgentRuntime runtime)
    {
        using var client = new HttpClient { BaseAddress = _source!.Address };
        foreach (var body in _bodies)
        {
            var answer = await client.PostAsJsonAsync("", new[] { new { body } });
            if (!answer.IsSuccessStatusCode)
            {
                _refused.Add(body);
            }

            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return; // it stops
            }
        }
    }

    protected override bool TryBreakStart()
    {
        _squatter = new TcpListener(IPAddress.Loopback, 0);
        _squatter.Start();
        _port = ((IPEndPoint)_squatter.LocalEndpoint).Port;
        return true;
    }

    protected override void RepairStart() => _squatter!.Stop();

    protected override void Run(int seed, Func<AgentRuntime, Task> test) => test(AgentRuntime.System).GetAwaiter().GetResult();
}
