using NUnit.Framework;

namespace Flafka.Dataflow.TestKit;

/// <summary>The real programs that tests compare with; they lie beside the repository, or where a variable says.</summary>
public static class Peers
{
    /// <summary>The folder of a program. Without it the test is skipped; see <see cref="Skip"/>.</summary>
    /// <param name="name">Its name in <c>../shared/peers</c>.</param>
    /// <param name="variable">The environment variable that names another folder.</param>
    public static string Require(string name, string variable)
    {
        var folder = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : Path.Combine(Root(), "..", "shared", "peers", name);
        if (!Directory.Exists(folder))
        {
            Skip($"needs {name}, which is not beside the project: set {variable} to its folder");
        }

        return Path.GetFullPath(folder);
    }

    /// <summary>Skips the test; where <c>FLAFKA_REQUIRE_PEERS=1</c> it fails instead, because a skip would be a check that cannot fail.</summary>
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("FLAFKA_REQUIRE_PEERS") == "1")
        {
            Assert.Fail(reason);
        }

        Assert.Ignore(reason);
    }

    /// <summary>The folder of the project that the tests belong to.</summary>
    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder!.EnumerateFiles("Flafka.Dataflow.sln").Any())
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
