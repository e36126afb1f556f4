using System.Net;
using System.Net.Sockets;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>Decides whether data may go where a name node points to.</summary>
/// <remarks>
/// Which machines are data nodes only the name node knows, so its word is taken for a host of its network; what can be checked is: the same path
/// and operation as asked for, no step down from TLS, no login in the address, and no address that a data node cannot have: of the network link
/// (cloud services answer there), of nobody, of many, or of this machine unless the name node is on it as well.
/// </remarks>
internal static class Redirect
{
    /// <summary>The address to send data to.</summary>
    /// <param name="nameNode">Who answered.</param>
    /// <param name="asked">The path and the operation asked for, as in the request.</param>
    /// <param name="location">Where it points to.</param>
    /// <exception cref="WebHdfsException">Nothing is sent there.</exception>
    public static Uri Check(Uri nameNode, Uri asked, Uri? location)
    {
        var fault = location is not { IsAbsoluteUri: true } ? "names no data node"
            : location.Scheme != Uri.UriSchemeHttps && location.Scheme != nameNode.Scheme ? $"leads to '{location.Scheme}:'"
            : location.UserInfo.Length > 0 ? "carries a login"
            : location.AbsolutePath != asked.AbsolutePath || OperationOf(location) != OperationOf(asked) ? "is about another file or operation"
            : FaultOf(location.Host, nameNode.Host);
        return fault is null ? location! : throw new WebHdfsException(
            $"The name node {nameNode.Authority} answered with a redirect to '{location?.GetLeftPart(UriPartial.Authority)}' that {fault}: nothing was sent there");
    }

    private static string? FaultOf(string host, string nameNodeHost)
    {
        if (string.Equals(host, nameNodeHost, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (IsOfThisMachine(host))
        {
            return IsOfThisMachine(nameNodeHost) ? null : "leads to this machine";
        }

        return !IPAddress.TryParse(host.Trim('[', ']'), out var address) ? null
            : address.IsIPv6LinkLocal || address.IsIPv6Multicast || IsReserved(address.MapToIPv4(), address) ? "leads to no address of a data node"
            : null;
    }

    private static bool IsOfThisMachine(string host) => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static bool IsReserved(IPAddress four, IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            return address.Equals(IPAddress.IPv6Any);
        }

        var bytes = four.GetAddressBytes();
        return bytes[0] is 0 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }

    private static string? OperationOf(Uri uri) => uri.Query.TrimStart('?').Split('&')
        .Where(static part => part.StartsWith("op=", StringComparison.OrdinalIgnoreCase)).Select(static part => part[3..].ToUpperInvariant()).FirstOrDefault();
}
