namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>How a cluster is talked to.</summary>
/// <param name="NameNodes">The HTTP addresses of the name node and its twins; at least one.</param>
/// <param name="CallTimeout">How long one call may take with all its retries.</param>
internal sealed record WebHdfsSettings(IReadOnlyList<Uri> NameNodes, TimeSpan CallTimeout)
{
    /// <summary>Who the files belong to where nobody logs in.</summary>
    public string? User { get; init; }

    /// <summary>The user to act for.</summary>
    public string? ProxyUser { get; init; }

    /// <summary>A delegation token in place of a user. A secret.</summary>
    public string? Token { get; init; }

    /// <summary>A PEM file with the authorities that sign the cluster's certificates, where those that this machine trusts do not.</summary>
    public string? CaFile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", NameNodes);
}
