namespace Flafka.Dataflow.Runner.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>A path in it.</summary>
    public static string Path(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder!.EnumerateFiles("Flafka.Dataflow.sln").Any())
        {
            folder = folder.Parent;
        }

        return System.IO.Path.Combine(folder.FullName, relative);
    }
}
