using System.Net;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>The data of one request. Once some of them are on their way, nobody knows how many have arrived.</summary>
internal sealed class Payload(ReadOnlyMemory<byte> bytes) : HttpContent
{
    /// <summary>Whether some are on their way.</summary>
    public bool IsSent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsSent = !bytes.IsEmpty;
        await stream.WriteAsync(bytes, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
