using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>
/// Tells whether a part of a plan changed: a hash of type name and options as written, in a form that does not depend on order, spelling of
/// keys or format. Stable over processes and versions.
/// </summary>
internal static class PlanFingerprint
{
    /// <summary>Of one component.</summary>
    public static string Of(ComponentDescriptor descriptor, ImmutableArray<KeyValuePair<string, string>> options) =>
        Of([descriptor.Implementation.FullName ?? descriptor.Alias, .. options.SelectMany(option => new[] { option.Key, option.Value })]);

    /// <summary>Of parts in this order.</summary>
    public static string Of(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}
