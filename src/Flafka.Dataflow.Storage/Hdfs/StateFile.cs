namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Where a sink keeps its ledger.</summary>
internal static class StateFile
{
    /// <summary>The path of the ledger.</summary>
    /// <param name="directory">The key <c>hdfs.stateDir</c>.</param>
    /// <param name="id">Whose ledger it is.</param>
    /// <exception cref="InvalidOperationException">There is no home folder.</exception>
    public static string PathOf(string? directory, ComponentId id)
    {
        if (string.IsNullOrEmpty(directory))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            directory = home.Length > 0
                ? Path.Combine(home, ".flafka")
                : throw new InvalidOperationException("The user that runs the agent has no home folder: set hdfs.stateDir to a folder that survives restarts.");
        }

        return Path.GetFullPath(Path.Combine(directory, Plain(id.Agent), Plain(id.Name) + ".files"));
    }

    // Names of a configuration may hold anything, a slash for example.
    private static string Plain(string name)
    {
        var plain = Uri.EscapeDataString(name);
        return plain.StartsWith('.') ? "%2E" + plain[1..] : plain;
    }
}
