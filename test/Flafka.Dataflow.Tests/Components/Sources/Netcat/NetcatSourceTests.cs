using System.Net;
using System.Net.Sockets;
using System.Text;
using Flafka.Dataflow.Components.Sources;
using Flafka.Dataflow.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.Netcat;

public class NetcatSourceTests
{
    private const string TooLong = "FAILED: Event exceeds the maximum length (10 chars, including newline)";

    [Test]
    public void It_listens_on_this_machine_only_unless_told_otherwise() => Assert.That(new NetcatSourceOptions().Bind, Is.EqualTo("127.0.0.1"));

    [Test]
    public void A_line_is_an_event_and_answered_with_ok_and_a_carriage_return_stays()
    {
        var output = new ScriptedOutput();
        var answers = Talk(new NetcatSourceOptions(), output, "Test message\n\nwith cr\r\n"u8.ToArray(), 3);
        Assert.That(answers, Is.EqualTo(["OK", "OK", "OK"]));
        Assert.That(output.Texts, Is.EqualTo(["Test message", "", "with cr\r"]));
        Assert.That(output.Delivered, Has.All.Matches<FlumeEvent>(e => e.Headers.Count == 0));
    }

    [Test]
    public void Without_acknowledgement_only_failures_are_told()
    {
        var output = new ScriptedOutput((number, _) => number < 3 ? Settlement.Rejected(new ChannelFullException("no\nroom")) : Settlement.Delivered);
        var answers = Talk(new NetcatSourceOptions { AckEveryEvent = false }, output, "one\ntwo\nthree\n"u8.ToArray(), 1);
        Assert.That(answers, Is.EqualTo([@"FAILED: no\nroom"]));
        Assert.That(output.Texts, Is.EqualTo(["two", "three"]));
    }

    [Test]
    public void Lines_that_are_refused_together_are_tried_one_by_one()
    {
        var output = new ScriptedOutput((_, batch) => batch.Count > 1 || batch.Events[0].ToString() == "two"
            ? Settlement.Rejected(new ChannelFullException("no room")) : Settlement.Delivered);
        Assert.That(Talk(new NetcatSourceOptions(), output, "one\ntwo\nthree\n"u8.ToArray(), 3), Is.EqualTo(["OK", "FAILED: no room", "OK"]));
        Assert.That(output.Texts, Is.EqualTo(["one", "three"]));
    }

    [TestCase("utf-8")]
    [TestCase("UTF-16LE")]
    [TestCase("UTF-16BE")]
    [TestCase("ISO-8859-1")]
    public void The_body_is_utf_8_whatever_the_client_speaks_and_so_are_not_the_answers(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);
        var output = new ScriptedOutput();
        var answers = Talk(new NetcatSourceOptions { Encoding = charset }, output, encoding.GetBytes("été à Noël\n"), 1, encoding);
        Assert.That(answers, Is.EqualTo(["OK"]));
        Assert.That(output.Delivered.Single().Body.ToArray(), Is.EqualTo("été à Noël"u8.ToArray()));
    }

    [Test]
    public void Bytes_that_are_no_text_end_the_connection_after_the_lines_before_them()
    {
        var output = new ScriptedOutput();
        byte[] input = [.. "good\n"u8, 0xFF, .. "bad\nnever\n"u8];
        Assert.That(Talk(new NetcatSourceOptions(), output, input, 99), Is.EqualTo(["OK", "FAILED: Event is not text in utf-8"]));
        Assert.That(output.Texts, Is.EqualTo(["good"]));
    }

    [Test]
    public void The_longest_line_counts_its_line_feed()
    {
        var output = new ScriptedOutput();
        Assert.That(Talk(new NetcatSourceOptions { MaxLineLength = 10 }, output, "123456789\n"u8.ToArray(), 1), Is.EqualTo(["OK"]));
        Assert.That(output.Texts, Is.EqualTo(["123456789"]));
    }

    [TestCase(200)]
    [TestCase(10)]
    [TestCase(100_000)]
    public void A_longer_line_is_told_and_ends_the_connection(int length)
    {
        var output = new ScriptedOutput();
        var input = Encoding.UTF8.GetBytes($"short\n{new string('x', length)}\nnever\n");
        Assert.That(Talk(new NetcatSourceOptions { MaxLineLength = 10 }, output, input, 99), Is.EqualTo(["OK", TooLong]));
        Assert.That(output.Texts, Is.EqualTo(["short"]));
    }

    [TestCase(4095)]
    [TestCase(4096)]
    [TestCase(100_000)]
    public void Lines_far_longer_than_one_read_arrive_whole(int length)
    {
        var output = new ScriptedOutput();
        var line = string.Concat(Enumerable.Range(0, length).Select(n => (char)('a' + (n % 26))));
        var options = new NetcatSourceOptions { MaxLineLength = length + 1 };
        Assert.That(Talk(options, output, Encoding.UTF8.GetBytes($"{line}\n{line}\n"), 2), Is.EqualTo(["OK", "OK"]));
        Assert.That(output.Texts, Is.EqualTo([line, line]));
        var refused = Talk(options, new ScriptedOutput(), Encoding.UTF8.GetBytes($"{line}y\n"), 99);
        Assert.That(refused.Single(), Does.StartWith("FAILED: Event exceeds the maximum length"));
    }

    [Test]
    public void What_follows_the_last_line_feed_is_no_event()
    {
        var output = new ScriptedOutput();
        Simulate(new NetcatSourceOptions(), output, async (network, _) =>
        {
            await using (var client = network.Connect())
            {
                await client.WriteAsync("whole\nhal"u8.ToArray(), CancellationToken.None);
            }

            await output.WhenDeliveredAsync(1);
        });
        Assert.That(output.Texts, Is.EqualTo(["whole"]));
    }

    [Test]
    public void Many_clients_each_keep_their_order([Range(1, 5)] int seed)
    {
        const int Clients = 50, Lines = 40;
        var output = new ScriptedOutput();
        Simulate(new NetcatSourceOptions(), output, (network, _) => Join.AllAsync(Enumerable.Range(0, Clients).Select(async number =>
        {
            await using var client = network.Connect();
            for (var line = 0; line < Lines; line++)
            {
                await client.WriteAsync(Encoding.UTF8.GetBytes($"{number}:{line}\n"), CancellationToken.None);
                Assert.That(await ReadLinesAsync(client, 1), Is.EqualTo(["OK"]));
            }
        })), seed);
        Assert.That(output.Delivered, Has.Count.EqualTo(Clients * Lines));
        foreach (var client in output.Texts.Select(text => text.Split(':')).GroupBy(parts => parts[0], parts => parts[1]))
        {
            Assert.That(client, Is.EqualTo(Enumerable.Range(0, Lines).Select(line => $"{line}")), $"client {client.Key}");
        }
    }

    [Test]
    public void One_client_too_many_is_told_and_those_before_it_go_on() => Simulate(
        new NetcatSourceOptions { MaxConnections = 1 }, new ScriptedOutput(), async (network, _) =>
        {
            await using var first = network.Connect();
            await first.WriteAsync("x\n"u8.ToArray(), CancellationToken.None);
            Assert.That(await ReadLinesAsync(first, 1), Is.EqualTo(["OK"]));
            await using var second = network.Connect();
            Assert.That(await ReadLinesAsync(second, 99), Is.EqualTo(["FAILED: more than 1 connections"]));
            await first.WriteAsync("y\n"u8.ToArray(), CancellationToken.None);
            Assert.That(await ReadLinesAsync(first, 1), Is.EqualTo(["OK"]));
        });

    [Test]
    public void A_client_that_does_not_read_its_answers_is_disconnected_after_a_minute()
    {
        var network = new SimulatedNetwork(bufferBytes: 16);
        Simulate(new NetcatSourceOptions(), new ScriptedOutput(), async (_, scheduler) =>
        {
            await using var client = network.Connect();
            var sending = async () =>
            {
                while (true)
                {
                    await client.WriteAsync("a line\n"u8.ToArray(), CancellationToken.None);
                }
            };
            try
            {
                await sending();
            }
            catch (IOException)
            {
                // disconnected
            }

            Assert.That(scheduler.Time.Elapsed, Is.EqualTo(TimeSpan.FromMinutes(1)));
        }, network: network);
    }

    [Test]
    public void A_stop_does_not_wait_long_for_a_client_that_does_not_read_its_answers()
    {
        var network = new SimulatedNetwork(bufferBytes: 16);
        var output = new ScriptedOutput();
        var elapsed = TimeSpan.Zero;
        var scheduler = new SimulatedScheduler(1);
        scheduler.Run(async () =>
        {
            var source = NewSource(new NetcatSourceOptions(), network, scheduler.Runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await using var client = network.Connect();
            for (var i = 0; i < 6; i++)
            {
                await client.WriteAsync("x\n"u8.ToArray(), CancellationToken.None);
            }

            await output.WhenDeliveredAsync(6);
            stopping.Cancel();
            await run;
            elapsed = scheduler.Time.Elapsed;
            await source.StopAsync(CancellationToken.None);
        });
        Assert.That(elapsed, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void A_failed_accept_is_tried_again()
    {
        var network = new SimulatedNetwork { AcceptFailure = "too many open files" };
        Simulate(new NetcatSourceOptions(), new ScriptedOutput(), async (_, _) =>
        {
            await using var client = network.Connect();
            await client.WriteAsync("x\n"u8.ToArray(), CancellationToken.None);
            Assert.That(await ReadLinesAsync(client, 1), Is.EqualTo(["OK"]));
        }, network: network);
    }

    [Test]
    public async Task On_real_sockets_it_answers_and_a_port_in_use_is_named_with_its_code()
    {
        var source = NewSource(new NetcatSourceOptions(), new TcpNetwork(AgentRuntime.System), AgentRuntime.System);
        await source.StartAsync(CancellationToken.None);
        var address = IPEndPoint.Parse(source.Address!);
        Assert.That(address.Address, Is.EqualTo(IPAddress.Loopback));
        var second = NewSource(new NetcatSourceOptions { Port = address.Port }, new TcpNetwork(AgentRuntime.System), AgentRuntime.System);
        var failure = Assert.ThrowsAsync<DeliveryException>(() => second.StartAsync(CancellationToken.None));
        Assert.That(failure!.Message, Does.StartWith($"FLK6302: port {address.Port} on 127.0.0.1 is in use"));

        var output = new ScriptedOutput();
        using var stopping = new CancellationTokenSource();
        var run = source.RunAsync(output, stopping.Token);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(address);
            await client.GetStream().WriteAsync("hello\n"u8.ToArray());
            var answer = new byte[3];
            await client.GetStream().ReadExactlyAsync(answer);
            Assert.That(answer, Is.EqualTo("OK\n"u8.ToArray()));
            stopping.Cancel();
            await run; // although a client is there
        }

        await source.StopAsync(CancellationToken.None);
        await second.StartAsync(CancellationToken.None);
        await second.StopAsync(CancellationToken.None);
        Assert.That(output.Texts, Is.EqualTo(["hello"]));
    }

    [Test]
    public void An_unknown_character_set_is_refused_with_examples() => Assert.That(
        new NetcatSourceOptions { Encoding = "klingon" }.Validate(new(new object())).Single().ErrorMessage, Does.Contain("'klingon'").And.Contain("UTF-16LE"));

    internal static NetcatSource NewSource(NetcatSourceOptions options, INetwork network, AgentRuntime runtime) => new(
        options, network, new ComponentContext(new ComponentId("a1", ComponentKind.Source, "r1"), NullLoggerFactory.Instance, runtime, NoServices.Instance),
        NullLogger<NetcatSource>.Instance);

    // Until so many lines have come, or the other end closes.
    internal static async Task<List<string>> ReadLinesAsync(INetworkConnection connection, int count, Encoding? encoding = null)
    {
        var text = new StringBuilder();
        var buffer = new byte[1000];
        var decoder = (encoding ?? Encoding.UTF8).GetDecoder();
        var chars = new char[buffer.Length + 1];
        var lines = 0;
        while (lines < count && await connection.ReadAsync(buffer, CancellationToken.None) is > 0 and var bytes)
        {
            var read = chars.AsSpan(0, decoder.GetChars(buffer, 0, bytes, chars, 0));
            lines += read.Count('\n');
            text.Append(read);
        }

        return [.. text.ToString().Split('\n')[..^1]];
    }

    // What one client that sends this is told.
    private static List<string> Talk(NetcatSourceOptions options, ScriptedOutput output, byte[] input, int answers, Encoding? encoding = null)
    {
        var told = new List<string>();
        Simulate(options, output, async (network, _) =>
        {
            await using var client = network.Connect();
            var sending = SendAsync(client, input);
            told = await ReadLinesAsync(client, answers, encoding);
            await sending;
        });
        return told;
    }

    // The source may close before it has read all.
    private static async Task SendAsync(INetworkConnection client, byte[] input)
    {
        try
        {
            await client.WriteAsync(input, CancellationToken.None);
        }
        catch (IOException)
        {
            // The test looks at the answers.
        }
    }

    private static void Simulate(
        NetcatSourceOptions options, ScriptedOutput output, Func<SimulatedNetwork, SimulatedScheduler, Task> test, int seed = 1, SimulatedNetwork? network = null)
    {
        network ??= new SimulatedNetwork();
        var scheduler = new SimulatedScheduler(seed);
        scheduler.Run(async () =>
        {
            var source = NewSource(options, network, scheduler.Runtime);
            using var stopping = new CancellationTokenSource();
            await source.StartAsync(CancellationToken.None);
            var run = source.RunAsync(output, stopping.Token);
            await test(network, scheduler);
            stopping.Cancel();
            await run;
            await source.StopAsync(CancellationToken.None);
        });
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
