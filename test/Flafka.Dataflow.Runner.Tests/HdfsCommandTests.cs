using System.IO.Compression;
using System.Text;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HdfsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Files_left_in_use_are_finished_by_what_they_show()
    {
        Left("a/FlumeData.1700000000001.0a1b2c3d.tmp", "one\ntwo\nthr");
        Left("a/FlumeData.1700000000002.tmp", "of Flume\n");
        Left("b/web.1.1700000000003.gz.12345678.tmp", [.. Gzip("whole\n"), .. Gzip("torn\n")[..^3]]);
        Left("b/FlumeData.1700000000004.seq.0a1b2c3d.tmp", "SEQ\u0006 and no more");
        Left("b/FlumeData.1700000000005.txt", "finished\nlong ago");
        Left("b/notes.tmp", "somebody's");
        _folder.Write("b/FlumeData.1700000000006.0a1b2c3d.tmp", "young\nyou");
        var before = Tree();

        var (code, output, error) = await RecoverAsync("--older-than", "1h", "--dry-run");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo($"""
            {_folder["a/FlumeData.1700000000001.0a1b2c3d.tmp"]}: would be 'FlumeData.1700000000001', 8 bytes, 3 bytes cut off.
            {_folder["a/FlumeData.1700000000002.tmp"]}: would be 'FlumeData.1700000000002', 9 bytes.
            {_folder["b/FlumeData.1700000000004.seq.0a1b2c3d.tmp"]}: would be deleted: no whole event in it, 16 bytes cut off.
            {_folder["b/web.1.1700000000003.gz.12345678.tmp"]}: would be 'web.1.1700000000003.gz', {Gzip("whole\n").Length} bytes, {Gzip("torn\n").Length - 3} bytes cut off.
            3 would be finished, 1 would be deleted, 0 left alone.

            """));
        Assert.That(Tree(), Is.EqualTo(before));

        (code, output, error) = await RecoverAsync("--older-than", "1h");
        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(output, Does.EndWith("3 finished, 1 deleted, 0 left alone.\n"));
        Assert.That(Tree(), Is.EqualTo(new[]
        {
            "a/FlumeData.1700000000001: one\ntwo\n", "a/FlumeData.1700000000002: of Flume\n", "b/FlumeData.1700000000005.txt: finished\nlong ago",
            "b/FlumeData.1700000000006.0a1b2c3d.tmp: young\nyou", "b/notes.tmp: somebody's", "b/web.1.1700000000003.gz: whole\n",
        }));
    }

    [Test]
    public async Task Nothing_is_overwritten()
    {
        Left("FlumeData.1700000000001.0a1b2c3d.tmp", "mine\n");
        _folder.Write("FlumeData.1700000000001", "other\n");
        var (code, output, _) = await RecoverAsync("--older-than", "0.5h");
        Assert.That((code, output), Is.EqualTo((0, $"{_folder["FlumeData.1700000000001.0a1b2c3d.tmp"]}: is 'FlumeData.1700000000002', 5 bytes.\n1 finished, 0 deleted, 0 left alone.\n")));
        Assert.That(Tree(), Is.EqualTo(new[] { "FlumeData.1700000000001: other\n", "FlumeData.1700000000002: mine\n" }));
    }

    [Test]
    public async Task What_shows_no_format_is_left_alone_until_it_is_named([Values("no line feed", "nul\0\n")] string content)
    {
        Left("FlumeData.1700000000001.tmp", content);
        var (code, output, _) = await RecoverAsync("--older-than", "1s");
        Assert.That((code, output), Is.EqualTo((1, $"{_folder["FlumeData.1700000000001.tmp"]}: left alone: its format cannot be told; name it with --format.\n0 finished, 0 deleted, 1 left alone.\n")));
        Assert.That(Tree(), Is.EqualTo(new[] { "FlumeData.1700000000001.tmp: " + content }));
        (code, output, _) = await RecoverAsync("--older-than", "1s", "--format", "text");
        Assert.That((code, output), Is.EqualTo((0, output)));
        Assert.That(Tree(), Is.EqualTo(content.EndsWith('\n') ? new[] { "FlumeData.1700000000001: " + content } : []));
    }

    [Test]
    public async Task Other_in_use_names_are_told_by_their_beginning_and_end()
    {
        Left("_x.1700000000001.0a1b2c3d.wip", "a\n");
        Left("x.1700000000002.tmp", "b\n");
        await RecoverAsync("--older-than", "1d", "--in-use-prefix", "_", "--in-use-suffix", ".wip");
        Assert.That(Tree(), Is.EqualTo(new[] { "x.1700000000001: a\n", "x.1700000000002.tmp: b\n" }));
    }

    [TestCase("Option '--older-than' is required.")]
    [TestCase("--older-than is '3'; write a number and s, m, h or d, such as 90m or 2d.", "--older-than", "3")]
    [TestCase("without --in-use-prefix and --in-use-suffix no file can be told from a finished one.", "--older-than", "1d", "--in-use-suffix", "")]
    public async Task What_is_asked_wrongly_is_refused(string expected, params string[] words)
    {
        var (code, output, error) = await RecoverAsync(words);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(expected));
    }

    [Test]
    public async Task A_path_that_is_not_there_is_named()
    {
        var (code, _, error) = await FlafkaProcess.RunAsync("hdfs", "recover", _folder["none"], "--older-than", "1d");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain($"there is no '{_folder["none"]}'."));
    }

    [Test]
    public async Task A_path_without_a_scheme_lies_where_the_sinks_have_it()
    {
        _folder.Write("conf/core-site.xml", "<configuration><property><name>fs.defaultFS</name><value>s3a://bucket</value></property></configuration>");
        await using var process = FlafkaProcess.Start([("HADOOP_CONF_DIR", _folder["conf"])], "hdfs", "recover", "/logs", "--older-than", "1d");
        var (code, _, error) = await process.EndAsync();
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("there is no file system 's3a'"));

        Left("logs/x.1762000000000.tmp", "a\n");
        await using var local = FlafkaProcess.Start(
            [("HADOOP_CONF_DIR", _folder["conf"])], "hdfs", "recover", _folder["logs"], "--older-than", "1d", "--default-fs", "file:///");
        var (end, output, _) = await local.EndAsync();
        Assert.That(output, Does.Contain("1 finished, 0 deleted, 0 left alone."));
        Assert.That(end, Is.Zero);
    }

    private static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private void Left(string name, string content) => Left(name, Encoding.UTF8.GetBytes(content));

    private void Left(string name, byte[] content)
    {
        var path = _folder.Write(name, "");
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(-3));
    }

    private Task<(int Code, string Output, string Error)> RecoverAsync(params string[] words) => FlafkaProcess.RunAsync(["hdfs", "recover", _folder.Path, .. words]);

    private string[] Tree() => [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(_folder.Path, path)}: {Text(path)}")];

    private static string Text(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllText(path);
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
