using System.IO.Pipelines;
using Flafka.Dataflow.Storage.Formats.Parquet;

namespace Flafka.Dataflow.Storage.Tests.Library;

/// <summary>The sample of the README for files, compiled.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(string path, IEnumerable<(string Host, DateTimeOffset At, long Bytes)> requests, CancellationToken stopping)
    {
        await using var file = File.Create(path);
        var output = PipeWriter.Create(file);
        var writer = new ParquetWriter([new("host", ParquetType.String), new("at", ParquetType.Timestamp), new("bytes", ParquetType.Int64)]);
        writer.Begin(output);
        foreach (var (host, at, bytes) in requests)
        {
            writer.Set(0, host);            // a column that is not set is missing in the row
            writer.Set(1, at);
            writer.Set(2, bytes);
            writer.EndRow(output);
            if (output.UnflushedBytes > 1 << 20)
            {
                await output.FlushAsync(stopping);
            }
        }
        writer.Finish(output);              // without its end nobody can read the file
        await output.CompleteAsync();
    }
}
