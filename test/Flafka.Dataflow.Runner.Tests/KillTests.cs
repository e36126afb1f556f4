using System.Diagnostics;
using NUnit.Framework;

namespace Flafka.Dataflow.Runner.Tests;

/// <summary>The campaign of scripts/kill.sh in small: the built program, killed by the system while it works.</summary>
[Platform(Include = "Linux")]
public class KillTests
{
    [Test, CancelAfter(300_000)]
    public async Task Twenty_kills_of_an_agent_with_a_file_channel_lose_no_line(CancellationToken limit)
    {
        var start = new ProcessStartInfo(Repository.Path("scripts/kill.sh"), ["file", "200000", "20"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var campaign = Process.Start(start)!;
        var errors = campaign.StandardError.ReadToEndAsync(limit);
        var output = await campaign.StandardOutput.ReadToEndAsync(limit);
        await campaign.WaitForExitAsync(limit);
        Assert.That(campaign.ExitCode, Is.Zero, $"{output}\n{await errors}");
        Assert.That(output, Does.Contain("20 x SIGKILL").And.Contain(" 0 missing"));
    }
}
