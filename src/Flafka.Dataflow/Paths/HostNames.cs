using System.Net;
using System.Net.Sockets;

namespace Flafka.Dataflow.Paths;

/// <summary>The names of this machine as <c>%[localhost]</c>, <c>%[ip]</c> and <c>%[fqdn]</c> show them.</summary>
/// <param name="Name">The name the machine gives itself.</param>
/// <param name="Address">Its first IPv4 address, else its first address, else the loopback.</param>
/// <param name="FullName">The name that the name server knows it by.</param>
public sealed record HostNames(string Name, string Address, string FullName)
{
    /// <summary>Asks the system. May wait for a name server.</summary>
    public static HostNames Find()
    {
        var name = Dns.GetHostName();
        try
        {
            var entry = Dns.GetHostEntry(name);
            var address = entry.AddressList.FirstOrDefault(static a => a.AddressFamily == AddressFamily.InterNetwork) ?? entry.AddressList.FirstOrDefault();
            return new HostNames(name, address?.ToString() ?? "127.0.0.1", entry.HostName);
        }
        catch (SocketException)
        {
            return new HostNames(name, "127.0.0.1", name); // no name server knows this machine
        }
    }
}
