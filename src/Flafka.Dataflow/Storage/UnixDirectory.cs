using System.Runtime.InteropServices;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>Syncs a directory. .NET opens files only, so this goes to the C library.</summary>
internal static class UnixDirectory
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;

    /// <exception cref="IOException">The directory is missing or cannot be synced.</exception>
    public static void Sync(string directory)
    {
        var path = new byte[Encoding.UTF8.GetByteCount(directory) + 1];
        Encoding.UTF8.GetBytes(directory, path);
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
}
