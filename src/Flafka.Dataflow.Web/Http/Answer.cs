using Microsoft.AspNetCore.Http;

namespace Flafka.Dataflow.Web;

/// <summary>What a client is told.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Problem">The text of the answer; <see langword="null"/> for an empty one.</param>
internal readonly record struct Answer(int Status, string? Problem = null)
{
    /// <summary>The channels have the events.</summary>
    public static Answer Taken => new(StatusCodes.Status200OK);

    /// <summary>Nobody takes events now.</summary>
    public static Answer Stopping => new(StatusCodes.Status503ServiceUnavailable, "The agent starts or stops; try again later.");
}
