using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Flafka.Dataflow.Storage.FileSystems.WebHdfs;

/// <summary>Whose signature makes a certificate good.</summary>
internal static class Authorities
{
    /// <summary>Only those of a PEM file.</summary>
    /// <exception cref="IOException">It cannot be read, or holds none.</exception>
    public static X509ChainPolicy Read(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"hdfs.caFile: '{file}' cannot be read: {failure.Message}", failure);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new IOException(
            $"hdfs.caFile: '{file}' holds no certificate in PEM; 'keytool -exportcert -rfc -keystore STORE -file ca.pem' writes one out of a Java key store");
    }
}
