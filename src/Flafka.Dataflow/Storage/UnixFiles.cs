using System.Runtime.InteropServices;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>What .NET does not offer on Unix: syncing a directory, and a rename that never replaces. Both go to the C library.</summary>
internal static class UnixFiles
{
    private const int ReadOnly = 0;
    private const int CurrentDirectory = -100;
    private const uint NoReplace = 1;
    private const int Interrupted = 4;
    private const int Exists = 17;

    /// <summary>Makes the names in a directory survive a power cut.</summary>
    /// <exception cref="IOException">The directory is missing or cannot be synced.</exception>
    public static void SyncDirectory(string directory)
    {
        var path = Text(directory);
        var descriptor = Retry(() => Open(path, ReadOnly));
        try
        {
            if (descriptor < 0 || Retry(() => Fsync(descriptor)) < 0)
            {
                throw new IOException($"'{directory}' could not be synced: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
            }
        }
        finally
        {
            if (descriptor >= 0)
            {
                _ = Close(descriptor);
            }
        }
    }

    /// <summary>Renames a file unless the new name is taken, in one step: <see cref="File.Move(string, string)"/> looks first and renames then.</summary>
    /// <exception cref="IOException">The new name is taken, and nothing has happened; or another failure.</exception>
    public static void MoveWithoutReplacing(string source, string target)
    {
        byte[] from = Text(source), to = Text(target);
        if (TryRename(from, to) || TryLink(from, to))
        {
            return;
        }

        if (Marshal.GetLastPInvokeError() == Exists)
        {
            throw new IOException($"'{target}' exists already.");
        }

        File.Move(source, target); // throws what fits; or works, where the file system knows neither way
    }

    private static bool TryRename(byte[] from, byte[] to)
    {
        try
        {
            return Retry(() => RenameAt2(CurrentDirectory, from, CurrentDirectory, to, NoReplace)) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // not Linux, or an old C library
        }
    }

    // A second name first, which is refused when it is taken, then the end of the old one.
    private static bool TryLink(byte[] from, byte[] to)
    {
        if (Link(from, to) != 0)
        {
            return false;
        }

        _ = Unlink(from);
        return true;
    }

    private static byte[] Text(string path)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }

    private static int Retry(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        return result;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "renameat2", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenameAt2(int fromDirectory, byte[] from, int toDirectory, byte[] to, uint flags);

    [DllImport("libc", EntryPoint = "link", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] from, byte[] to);

    [DllImport("libc", EntryPoint = "unlink", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unlink(byte[] path);
}
