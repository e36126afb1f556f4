using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Flafka.Dataflow.Web.Tests.Http;

public class HttpSourceTests
{
    [Test]
    public async Task One_request_is_one_batch_and_the_answer_is_200_and_empty()
    {
        await using var running = await RunningSource.StartAsync();
        var answer = await running.Client.PostAsync("any/path?x=y", Json("""[{"headers":{"a":"b"},"body":"one"},{"body":"two"}]"""));
        Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, "")));
        Assert.That(running.Output.Batches.Single().Select(e => $"{e.Headers} {e}"), Is.EqualTo(new[] { "{a=b} one", "{} two" }));
    }

    [Test]
    public async Task A_malformed_document_is_400_and_a_null_one_500_and_both_are_counted_and_say_why()
    {
        await using var running = await RunningSource.StartAsync();
        var bad = await running.Client.PostAsync("", Json("""{"body":"x"}"""));
        var none = await running.Client.PostAsync("", Json(""));
        var charset = await running.Client.PostAsync("", new StringContent("[]", Encoding.Latin1, "application/json"));
        Assert.That(new[] { (int)bad.StatusCode, (int)none.StatusCode, (int)charset.StatusCode }, Is.EqualTo(new[] { 400, 500, 500 }));
        Assert.That(await bad.Content.ReadAsStringAsync(), Is.EqualTo("The request is not an array of events: an array is expected, at byte 1.\n"));
        Assert.That(running.Output.Unreadable, Is.EqualTo(3));
        Assert.That(running.Output.Batches, Is.Empty);
    }

    [Test]
    public async Task A_full_channel_is_503_and_another_failure_500()
    {
        await using var running = await RunningSource.StartAsync();
        running.Output.Answer = _ => Task.FromResult(Settlement.Rejected(new ChannelFullException("Channel 'c1' had no room.")));
        var full = await running.Client.PostAsync("", Json("""[{"body":"x"}]"""));
        running.Output.Answer = _ => Task.FromResult(Settlement.Rejected(new InvalidOperationException("An interceptor failed.")));
        var failed = await running.Client.PostAsync("", Json("""[{"body":"x"}]"""));
        Assert.That((full.StatusCode, await full.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "Channel 'c1' had no room.\n")));
        Assert.That((failed.StatusCode, await failed.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.InternalServerError, "An interceptor failed.\n")));
    }

    [TestCase("TRACE", 403)]
    [TestCase("OPTIONS", 403)]
    [TestCase("PUT", 405)]
    [TestCase("DELETE", 405)]
    [TestCase("PATCH", 501)]
    [TestCase("BREW", 501)]
    [TestCase("GET", 500)]
    [TestCase("HEAD", 500)]
    public async Task Methods_are_answered_as_in_Flume(string method, int expected)
    {
        await using var running = await RunningSource.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "");
        var answer = await running.Client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(expected));
        Assert.That(answer.Content.Headers.Allow, Is.Empty);
        if (expected != 500)
        {
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task A_body_above_the_limit_is_413_with_and_without_a_length_and_after_decompression()
    {
        await using var running = await RunningSource.StartAsync(maxRequestBytes: 1000);
        var large = $$"""[{"body":"{{new string('x', 2000)}}"}]""";
        var known = await running.Client.PostAsync("", Json(large));
        using var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = Json(large) };
        request.Headers.TransferEncodingChunked = true;
        var chunked = await running.Client.SendAsync(request);
        var bomb = await running.Client.PostAsync("", Compressed(large, "gzip", stream => new GZipStream(stream, CompressionLevel.Optimal)));
        Assert.That(new[] { (int)known.StatusCode, (int)chunked.StatusCode, (int)bomb.StatusCode }, Is.EqualTo(new[] { 413, 413, 413 }));
        Assert.That(await bomb.Content.ReadAsStringAsync(), Does.Contain("more than 1000 bytes"));
        Assert.That(running.Output.Batches, Is.Empty);
    }

    [Test]
    public async Task A_client_whose_body_is_refused_gets_its_answer_and_keeps_its_connection()
    {
        await using var running = await RunningSource.StartAsync(maxRequestBytes: 1000);
        var large = $$"""[{"body":"{{new string('x', 3_000_000)}}"}]""";
        for (var i = 0; i < 20; i++)
        {
            var refused = await running.Client.PostAsync("", Json(large));
            Assert.That((int)refused.StatusCode, Is.EqualTo(413));
            Assert.That(refused.Headers.ConnectionClose, Is.Not.True);
        }
    }

    [Test]
    public async Task Compressed_bodies_are_read()
    {
        await using var running = await RunningSource.StartAsync();
        const string Document = """[{"body":"é"}]""";
        var gzip = await running.Client.PostAsync("", Compressed(Document, "gzip", stream => new GZipStream(stream, CompressionLevel.Optimal)));
        var deflate = await running.Client.PostAsync("", Compressed(Document, "deflate", stream => new ZLibStream(stream, CompressionLevel.Optimal)));
        var brotli = await running.Client.PostAsync("", Compressed(Document, "br", stream => new BrotliStream(stream, CompressionLevel.Optimal)));
        Assert.That(new[] { (int)gzip.StatusCode, (int)deflate.StatusCode, (int)brotli.StatusCode }, Is.EqualTo(new[] { 200, 200, 200 }));
        Assert.That(running.Output.Batches.SelectMany(batch => batch).Select(e => e.ToString()), Is.EqualTo(new[] { "é", "é", "é" }));
    }

    [Test]
    public async Task A_body_that_is_not_compressed_as_it_says_is_400_and_an_unknown_compression_415()
    {
        await using var running = await RunningSource.StartAsync();
        var wrong = Json("[]");
        wrong.Headers.ContentEncoding.Add("gzip");
        var unknown = Json("[]");
        unknown.Headers.ContentEncoding.Add("zstd");
        Assert.That((int)(await running.Client.PostAsync("", wrong)).StatusCode, Is.EqualTo(400));
        Assert.That((int)(await running.Client.PostAsync("", unknown)).StatusCode, Is.EqualTo(415));
    }

    [Test]
    public async Task Large_bodies_and_many_clients_at_a_time_work()
    {
        await using var running = await RunningSource.StartAsync();
        var document = "[" + string.Join(',', Enumerable.Range(0, 5_000).Select(n => $$"""{"body":"{{n}}-{{new string('x', 200)}}"}""")) + "]";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => running.Client.PostAsync("", Json(document))));
        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(running.Output.Batches, Has.Count.EqualTo(8).And.All.Length.EqualTo(5_000));
    }

    [Test]
    public async Task A_stop_waits_for_clients_that_wait_and_refuses_new_ones()
    {
        await using var running = await RunningSource.StartAsync();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settle = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        running.Output.Answer = async _ =>
        {
            entered.SetResult();
            return await settle.Task;
        };
        var waiting = running.Client.PostAsync("", Json("""[{"body":"x"}]"""));
        await entered.Task;
        Assert.That(running.Source.IsIdle, Is.False);
        running.Stop();
        var late = await running.Client.PostAsync("", Json("""[{"body":"late"}]"""));
        Assert.That((int)late.StatusCode, Is.EqualTo(503));
        Assert.That(running.Run.IsCompleted, Is.False);
        settle.SetResult(Settlement.Delivered);
        await running.Run;
        await running.Source.StopAsync(CancellationToken.None);
        Assert.That((int)(await waiting).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_stop_does_not_wait_for_a_client_in_the_middle_of_a_request()
    {
        await using var running = await RunningSource.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, running.Source.Address!.Port);
        await client.GetStream().WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[{"u8.ToArray());
        var other = await running.Client.PostAsync("", Json("[]")); // so the first has arrived
        Assert.That((int)other.StatusCode, Is.EqualTo(200));
        running.Stop();
        await running.Run;
        await running.Source.StopAsync(CancellationToken.None);
        Assert.That(running.Source.Address, Is.Null);
    }

    [Test]
    public async Task A_port_in_use_fails_the_start_with_its_code_and_a_later_start_works()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        var source = RunningSource.Create(new HttpSourceOptions { Port = port, Handler = RunningSource.Json });
        var failure = Assert.ThrowsAsync<DeliveryException>(() => source.StartAsync(CancellationToken.None));
        Assert.That(failure!.Message, Does.StartWith($"FLK6302: port {port} on 127.0.0.1 is in use"));
        await source.StopAsync(CancellationToken.None);
        squatter.Stop();
        await source.StartAsync(CancellationToken.None);
        Assert.That(source.Address!.Port, Is.EqualTo(port));
        await source.StopAsync(CancellationToken.None);
    }

    [Test]
    public void An_address_that_is_not_of_this_machine_or_no_address_fails_the_start()
    {
        var foreign = RunningSource.Create(new HttpSourceOptions { Bind = "203.0.113.7", Port = 0, Handler = RunningSource.Json });
        var nobody = RunningSource.Create(new HttpSourceOptions { Bind = "no-such-host.invalid", Port = 0, Handler = RunningSource.Json });
        Assert.That(() => foreign.StartAsync(CancellationToken.None), Throws.TypeOf<DeliveryException>().With.Message.Contains("cannot listen on port 0 on 203.0.113.7"));
        Assert.That(() => nobody.StartAsync(CancellationToken.None), Throws.TypeOf<DeliveryException>().With.Message.Contains("'no-such-host.invalid'"));
    }

    [Test]
    public async Task A_source_may_be_stopped_without_a_start_and_started_again()
    {
        var source = RunningSource.Create(new HttpSourceOptions { Port = 0, Handler = RunningSource.Json });
        await source.StopAsync(CancellationToken.None);
        await source.StartAsync(CancellationToken.None);
        await source.StopAsync(CancellationToken.None);
        await source.StartAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = source.Address };
        Assert.That((int)(await client.PostAsync("", Json("[]"))).StatusCode, Is.EqualTo(503)); // it listens and does not run yet
        await source.StopAsync(CancellationToken.None);
        await source.StopAsync(CancellationToken.None);
    }

    private static StringContent Json(string document) => new(document, Encoding.UTF8, "application/json");

    private static ByteArrayContent Compressed(string document, string encoding, Func<Stream, Stream> compress)
    {
        var bytes = new MemoryStream();
        using (var stream = compress(bytes))
        {
            stream.Write(Encoding.UTF8.GetBytes(document));
        }

        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        return content;
    }
}
