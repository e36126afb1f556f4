using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Flafka.Dataflow.TestKit;

/// <summary>A certificate for 127.0.0.1 and the authority that signed it, as a Hadoop server takes them.</summary>
internal static class ServerCertificate
{
    private const string Password = "changeit";

    /// <summary>Writes <c>ca.pem</c>, the key store and <c>ssl-server.xml</c> into a folder that is on the class path.</summary>
    /// <returns>Settings by which the servers speak HTTP and HTTPS.</returns>
    public static string[] Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using var authority = Authority();
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        var store = Path.Combine(folder, "server.p12");
        File.WriteAllBytes(store, Server(authority));
        File.WriteAllText(Path.Combine(folder, "ssl-server.xml"), $"""
            <?xml version="1.0"?>
            <configuration>
              <property><name>ssl.server.keystore.type</name><value>pkcs12</value></property>
              <property><name>ssl.server.keystore.location</name><value>{store}</value></property>
              <property><name>ssl.server.keystore.password</name><value>{Password}</value></property>
              <property><name>ssl.server.keystore.keypassword</name><value>{Password}</value></property>
            </configuration>
            """);
        return ["dfs.http.policy=HTTP_AND_HTTPS", "dfs.namenode.https-address=127.0.0.1:0", "dfs.datanode.https.address=127.0.0.1:0"];
    }

    private static X509Certificate2 Authority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
    }

    private static byte[] Server(X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1]);
        using var certificate = signed.CopyWithPrivateKey(key);
        return certificate.Export(X509ContentType.Pkcs12, Password);
    }
}
