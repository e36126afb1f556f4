using System.ComponentModel.DataAnnotations;
using Flafka.Dataflow.Components.Serialization;

namespace Flafka.Dataflow.Components.Sources;

/// <summary>Options of the <c>netcat</c> source.</summary>
public sealed class NetcatSourceOptions : IExclusiveResources, IListener, ISetsHeaders, IValidatableObject
{
    // Flume: required. Whoever reaches the port can put events in, so more than this machine has to be asked for.
    /// <summary>The address or host name to listen on: <c>0.0.0.0</c> means every interface. The default is this machine only.</summary>
    [Option("bind")]
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes a free one, which the log names.</summary>
    [Option("port"), Required, Range(0, 65535)]
    public int Port { get; init; }

    /// <summary>
    /// Whether every event is answered with <c>OK</c> when the channels have it. An event that they do not take is answered with <c>FAILED:</c>
    /// and the reason in either case; it is not kept, the client has to send it again. A client that does not read its answers for a minute is
    /// disconnected.
    /// </summary>
    [Option("ack-every-event")]
    public bool AckEveryEvent { get; init; } = true;

    /// <summary>
    /// Most characters of a line, the line feed included. A client that sends a longer one is told so and its connection is closed.
    /// </summary>
    [Option("max-line-length"), Range(1, 1 << 26)]
    public int MaxLineLength { get; init; } = 512;

    /// <summary>The character set of lines and answers. Bodies are UTF-8 whatever it is.</summary>
    [Option("encoding")]
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Most clients at a time; one more is told so and its connection is closed. Flume has no limit.</summary>
    [Option("maxConnections"), Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 1000;

    /// <inheritdoc/>
    public IEnumerable<string> Resources => [$"tcp:{Bind}:{Port}"];

    // Flume: even a client's address is in no header.
    bool ISetsHeaders.MaySet(string header) => false;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!JavaCharset.TryGet(Encoding, DecodeErrorPolicy.Fail, out _))
        {
            yield return new ValidationResult(
                $"the character set '{Encoding}' is not known; UTF-8, UTF-16LE, ISO-8859-1 and windows-1252 are examples of known ones",
                [nameof(Encoding)]);
        }
    }
}
