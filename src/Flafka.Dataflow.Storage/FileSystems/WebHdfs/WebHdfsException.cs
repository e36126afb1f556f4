using System.Net;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>A refusal by a name node or data node, or no answer at all.</summary>
internal sealed class WebHdfsException : IOException
{
    private const string BadToken = "FLK6206: the delegation token has expired, was cancelled or is none of this cluster: set hdfs.delegationToken to a new one. ";

    public WebHdfsException()
    {
    }

    public WebHdfsException(string message)
        : base(message)
    {
    }

    public WebHdfsException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The status; 0 where no answer came.</summary>
    public HttpStatusCode Status { get; init; }

    /// <summary>The name of Hadoop's exception, such as <c>StandbyException</c>; empty where there is none.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Whether no TLS came about, for example as the certificate is not trusted.</summary>
    public bool IsUntrusted { get; private init; }

    /// <summary>Whether another name node may do better.</summary>
    public bool IsStandby => Kind == "StandbyException" || Status == 0 || IsUntrusted;

    /// <summary>Whether the same request may work a little later.</summary>
    public bool IsTransient => Status == 0
        || Kind is "StandbyException" or "RetriableException" or "EOFException" or "ConnectException" or "SafeModeException" or "ServerTooBusyException"
            or "NoRouteToHostException" or "SocketTimeoutException" or "ConnectTimeoutException"
        || IsWithoutDataNode
        || (Kind.Length == 0 && (int)Status is 429 or 502 or 503 or 504);

    /// <summary>Whether it is certain that nothing was done: nobody was reached, or somebody refused.</summary>
    public bool IsDecided => Status == 0 || IsUntrusted || (Kind.Length > 0 && !IsTransient);

    /// <summary>Whether the file of this name is there already.</summary>
    public bool IsExisting => Kind == "FileAlreadyExistsException";

    /// <summary>Whether there is nothing of this name.</summary>
    public bool IsMissing => Kind == "FileNotFoundException";

    /// <summary>Whether somebody still writes the file, or seems to: its lease has to be recovered first.</summary>
    public bool IsUnderRecovery => Kind is "AlreadyBeingCreatedException" or "RecoveryInProgressException" or "LeaseExpiredException"
        || (Kind == "IOException" && Message.Contains("lease", StringComparison.OrdinalIgnoreCase));

    // The name node has just started, or all it knows are down.
    private bool IsWithoutDataNode => Message.Contains("Failed to find datanode", StringComparison.Ordinal);

    /// <summary>The same as a failure that must not be tried again.</summary>
    public WebHdfsException ForGood() => new(Message, this) { Status = HttpStatusCode.Unused };

    /// <summary>No exchange came about, as one end does not trust the other.</summary>
    public static WebHdfsException Untrusted(string operation, string path, Uri server, string cause, Exception inner)
    {
        var remedy = cause.Contains("NameMismatch", StringComparison.Ordinal)
            ? "its certificate has to name the host that hdfs.path or hdfs.webhdfsAddress names"
            : "hdfs.caFile names the PEM file with the authorities that are trusted";
        return new WebHdfsException($"FLK6207: {operation} '{path}': no TLS with {server.Authority}: {cause.TrimEnd('.')}; {remedy}", inner)
        {
            Status = HttpStatusCode.Unused,
            IsUntrusted = true,
        };
    }

    /// <summary>The refusal with what a user can do about it.</summary>
    public static WebHdfsException Of(string operation, string path, HttpStatusCode status, string kind, string message)
    {
        var code = kind switch
        {
            "StandbyException" => "FLK6201: the name node is standby; its twin answers, if it is named. ",
            "SafeModeException" => "FLK6202: the name node is in safe mode; wait, or leave it. ",
            "RetriableException" when message.Contains("safe mode", StringComparison.OrdinalIgnoreCase) => "FLK6202: the name node is in safe mode; wait, or leave it. ",
            "NSQuotaExceededException" or "DSQuotaExceededException" or "QuotaByStorageTypeExceededException" or "QuotaExceededException" =>
                "FLK6203: a quota is used up; raise it or make room. ",
            "InvalidToken" => BadToken,
            "SecurityException" when IsAboutToken(message) => BadToken,
            "AccessControlException" or "SecurityException" or "AuthorizationException" => "FLK6204: the file system refuses the user; grant the right, or correct the user. ",
            "AlreadyBeingCreatedException" or "RecoveryInProgressException" => "FLK6205: the lease of the file is being recovered. ",
            _ when status == HttpStatusCode.Unauthorized =>
                "FLK6206: the cluster wants a login: set hdfs.delegationToken to a token that 'hdfs fetchdt --webservice' gives. ",
            _ => "",
        };
        return new WebHdfsException($"{code}{operation} '{path}': {(kind.Length > 0 ? kind : ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture))}: {message}")
        {
            Status = status,
            Kind = kind,
        };
    }

    private static bool IsAboutToken(string message) =>
        message.Contains("InvalidToken", StringComparison.Ordinal) || message.EndsWith("java.io.EOFException", StringComparison.Ordinal); // cut short
}
