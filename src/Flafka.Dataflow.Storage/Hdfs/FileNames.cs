using System.Globalization;
using Flafka.Dataflow.Storage.Formats;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What files are called, while they are written and afterwards.</summary>
/// <param name="inUsePrefix">What an in-use name begins with.</param>
/// <param name="inUseSuffix">What an in-use name ends with.</param>
/// <param name="fileSuffix">What a name ends with.</param>
/// <param name="owner">The ledger's id, in every in-use name.</param>
/// <param name="tail">How the whole part of a torn file is found.</param>
internal sealed class FileNames(string inUsePrefix, string inUseSuffix, string fileSuffix, string owner, FileTail tail)
{
    /// <summary>Whether files have their final names at once; they carry no owner then.</summary>
    public bool AreFinalAtOnce => inUsePrefix.Length == 0 && inUseSuffix.Length == 0;

    /// <summary>The names of one file.</summary>
    public LedgerEntry Name(string directory, string prefix, long counter)
    {
        var mark = AreFinalAtOnce ? "" : "." + owner;
        return new LedgerEntry(
            string.Create(CultureInfo.InvariantCulture, $"{directory}/{inUsePrefix}{prefix}.{counter}{fileSuffix}{mark}{inUseSuffix}"),
            $"{directory}/{prefix}",
            counter,
            fileSuffix,
            tail);
    }
}
