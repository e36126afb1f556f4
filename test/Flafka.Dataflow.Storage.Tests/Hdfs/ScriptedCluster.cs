using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Flafka.Dataflow.Storage.Tests.Hdfs;

/// <summary>What goes wrong with a request to a <see cref="ScriptedCluster"/>.</summary>
/// <param name="Exception">Hadoop's exception; empty where the connection is at fault.</param>
/// <param name="IsDone">Whether the request is obeyed all the same.</param>
/// <param name="Bytes">How many of its data are, when it is not; the file is made and stays open.</param>
internal sealed record Fault(string Exception = "", bool IsDone = false, int Bytes = -1)
{
    /// <summary>Nobody listens.</summary>
    public static Fault Refused { get; } = new();

    /// <summary>It is done, and the answer is lost.</summary>
    public static Fault AnswerLost { get; } = new(IsDone: true);

    /// <summary>The writer dies; the file stays open for a minute, with some of the data.</summary>
    public static Fault WriterDies(int bytes) => new(Bytes: bytes);
}

/// <summary>A name node and a data node as far as the sink needs them, in memory. Faults come as the test says.</summary>
internal sealed class ScriptedCluster(TimeProvider time, params string[] nameNodes) : HttpMessageHandler
{
    public const string Root = "hdfs://nn";

    private static readonly TimeSpan LeaseLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(5);

    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, HdfsFile> _files = new(StringComparer.Ordinal);

    /// <summary>Asked before each request with its operation, preceded by <c>data </c> at the data node, and its path.</summary>
    public Func<string, string, Fault?>? Fault { get; set; }

    /// <summary>What passes before the data node does something, such as time.</summary>
    public Func<Task>? BeforeData { get; set; }

    /// <summary>Which of the name nodes answers; the others are standby.</summary>
    public string Active { get; set; } = nameNodes.FirstOrDefault("nn:9870");

    /// <summary>Where the name node redirects to.</summary>
    public string DataNode { get; set; } = "http://dn:9864";

    /// <summary>Host, operation and path of every request; data are preceded by their length.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Addresses of every request.</summary>
    public List<Uri> Addresses { get; } = [];

    /// <summary>Paths and contents.</summary>
    public IReadOnlyDictionary<string, string> Files
    {
        get
        {
            lock (_sync)
            {
                return _files.ToDictionary(file => file.Key, file => Encoding.UTF8.GetString(file.Value.Bytes.ToArray()));
            }
        }
    }

    /// <summary>Files that somebody has a lease on.</summary>
    public IReadOnlyList<string> OpenFiles
    {
        get
        {
            lock (_sync)
            {
                return [.. _files.Where(file => file.Value.OpenSince is not null).Select(file => file.Key)];
            }
        }
    }

    public void Put(string path, string text)
    {
        lock (_sync)
        {
            _files[path] = new HdfsFile(Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>A file that a writer who is gone had open: the name node knows the length of what he had finished.</summary>
    public void PutOpen(string path, string text, int length)
    {
        lock (_sync)
        {
            _files[path] = new HdfsFile(Encoding.UTF8.GetBytes(text)) { Length = length, OpenSince = time.GetTimestamp() };
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var query = uri.Query.TrimStart('?').Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[^1]));
        var path = Uri.UnescapeDataString(uri.AbsolutePath)["/webhdfs/v1".Length..];
        var isNameNode = uri.Authority == Active || nameNodes.Contains(uri.Authority);
        var operation = query["op"];
        Fault? fault;
        lock (_sync)
        {
            Requests.Add($"{uri.Authority} {operation} {path}");
            Addresses.Add(uri);
            fault = Fault?.Invoke((isNameNode ? "" : "data ") + operation, path);
        }

        if (isNameNode && request.Content is not null)
        {
            throw new InvalidOperationException("The name node got data.");
        }

        if (fault is { IsDone: false, Bytes: < 0 })
        {
            return fault.Exception.Length > 0 ? Refusal(fault.Exception) : throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (scripted)");
        }

        if (!isNameNode && BeforeData is { } before)
        {
            await before();
        }

        var response = isNameNode && uri.Authority != Active ? Refusal("StandbyException")
            : isNameNode ? AtNameNode(operation, path, query, uri)
            : operation == "OPEN" ? Read(path, query)
            : await AtDataNodeAsync(operation, path, request.Content!, fault, cancellationToken);
        return fault is null ? response : fault.Exception.Length > 0 ? Refusal(fault.Exception) : throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended (scripted)");
    }

    private HttpResponseMessage AtNameNode(string operation, string path, Dictionary<string, string> query, Uri uri)
    {
        lock (_sync)
        {
            var file = _files.GetValueOrDefault(path);
            switch (operation)
            {
                case "CREATE" or "APPEND" or "OPEN":
                    return new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri($"{DataNode}{uri.PathAndQuery}&namenoderpcaddress=nn:8020") } };
                case "GETFILESTATUS" when file is null:
                    return Refusal("FileNotFoundException");
                case "GETFILESTATUS":
                    return Json($$$"""{"FileStatus":{"pathSuffix":"","length":{{{file.Length}}},"modificationTime":1000,"type":"FILE"}}""");
                case "LISTSTATUS_BATCH":
                    var entries = _files.Where(entry => entry.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(entry =>
                        $$$"""{"pathSuffix":"{{{entry.Key[(path.Length + 1)..]}}}","length":{{{entry.Value.Length}}},"modificationTime":1000,"type":"FILE"}""");
                    return Json($$$"""{"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[{{{string.Join(',', entries)}}}]}},"remainingEntries":0}}""");
                case "RENEWDELEGATIONTOKEN":
                    return Json($$"""{"long":{{time.GetUtcNow().AddHours(24).ToUnixTimeMilliseconds()}}}""");
                case "MKDIRS":
                    return Answer(true);
                case "DELETE":
                    return Answer(_files.Remove(path));
                case "RENAME" when file is null || _files.ContainsKey(query["destination"]):
                    return Answer(false);
                case "RENAME":
                    _files.Remove(path);
                    _files.Add(query["destination"], file);
                    return Answer(true);
                case "TRUNCATE" when Lease(file!) is { } refusal:
                    return refusal;
                case "TRUNCATE":
                    var length = int.Parse(query["newlength"], CultureInfo.InvariantCulture);
                    var isCut = length == file!.Length;
                    file.Bytes.RemoveRange(length, file.Bytes.Count - length);
                    file.Length = length;
                    return Answer(isCut); // the first answer is that the last block is being cut
                default:
                    return Refusal("UnsupportedOperationException");
            }
        }
    }

    // The soft limit of a lease is a minute; then the first who asks begins its recovery.
    private HttpResponseMessage? Lease(HdfsFile file)
    {
        var now = time.GetTimestamp();
        if (file.OpenSince is not { } since)
        {
            return null;
        }

        if (file.RecoveredSince is { } recovery && time.GetElapsedTime(recovery, now) > RecoveryTime)
        {
            file.OpenSince = null;
            file.Length = file.Bytes.Count;
            return null;
        }

        if (time.GetElapsedTime(since, now) < LeaseLimit)
        {
            return Refusal("AlreadyBeingCreatedException");
        }

        file.RecoveredSince ??= now;
        return Refusal("RecoveryInProgressException");
    }

    private HttpResponseMessage Read(string path, Dictionary<string, string> query)
    {
        lock (_sync)
        {
            var (file, offset) = (_files[path], int.Parse(query["offset"], CultureInfo.InvariantCulture));
            var count = Math.Min(int.Parse(query["length"], CultureInfo.InvariantCulture), file.Bytes.Count - offset);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([.. file.Bytes.GetRange(offset, count)]) };
        }
    }

    private async Task<HttpResponseMessage> AtDataNodeAsync(string operation, string path, HttpContent content, Fault? fault, CancellationToken cancel)
    {
        HdfsFile? file;
        lock (_sync)
        {
            file = _files.GetValueOrDefault(path);
            if (operation == "CREATE" ? file is not null : file is null)
            {
                return Refusal(file is null ? "FileNotFoundException" : "FileAlreadyExistsException");
            }

            if (file is not null && Lease(file) is { } refusal)
            {
                return refusal;
            }

            _files[path] = file ??= new HdfsFile([]);
            file.OpenSince = time.GetTimestamp();
            file.RecoveredSince = null;
        }

        if (fault is { IsDone: false, Exception.Length: > 0 })
        {
            return Refusal(fault.Exception); // before the data
        }

        var target = new Appender(this, file, fault is { Bytes: >= 0 } ? fault.Bytes : int.MaxValue);
        try
        {
            await content.CopyToAsync(target, cancel);
        }
        catch (OperationCanceledException)
        {
            Close(file); // a data node that lives closes what a writer leaves
            throw;
        }
        catch (IOException dead)
        {
            throw new HttpRequestException(HttpRequestError.Unknown, dead.Message, dead);
        }

        Close(file);
        return new HttpResponseMessage(operation == "CREATE" ? HttpStatusCode.Created : HttpStatusCode.OK);
    }

    private void Close(HdfsFile file)
    {
        lock (_sync)
        {
            file.OpenSince = null;
            file.Length = file.Bytes.Count;
        }
    }

    private static HttpResponseMessage Answer(bool answer) => Json(answer ? "{\"boolean\":true}" : "{\"boolean\":false}");

    private static HttpResponseMessage Refusal(string exception)
    {
        var response = Json(JsonSerializer.Serialize(new { RemoteException = new { exception, javaClassName = "x", message = $"refused\n\tat x" } }));
        response.StatusCode = exception == "FileNotFoundException" ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden;
        return response;
    }

    private static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private sealed class HdfsFile(IEnumerable<byte> bytes)
    {
        public List<byte> Bytes { get; } = [.. bytes];

        /// <summary>What the name node says.</summary>
        public int Length { get; set; } = bytes.Count();

        public long? OpenSince { get; set; }

        public long? RecoveredSince { get; set; }
    }

    private sealed class Appender(ScriptedCluster owner, HdfsFile file, int limit) : Stream
    {
        private int _count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (owner._sync)
            {
                var count = Math.Min(buffer.Length, limit - _count);
                file.Bytes.AddRange(buffer[..count]);
                _count += count;
                if (count < buffer.Length)
                {
                    throw new IOException("The data node died (scripted).");
                }
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                Write(buffer.Span);
                return ValueTask.CompletedTask;
            }
            catch (IOException dead)
            {
                return ValueTask.FromException(dead);
            }
        }
    }
}
