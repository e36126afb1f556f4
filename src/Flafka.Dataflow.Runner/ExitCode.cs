namespace Flafka.Dataflow.Runner;

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    /// <summary>It did what it was asked.</summary>
    public const int Success = 0;

    /// <summary>Something failed while it ran.</summary>
    public const int RuntimeFailure = 1;

    /// <summary>The configuration or the command line is wrong; nothing was started.</summary>
    public const int InvalidConfiguration = 2;

    /// <summary>It stopped with events in a channel that does not keep them, whose source was told "delivered".</summary>
    public const int EventsLeft = 3;

    /// <summary>All of them, for the help.</summary>
    public const string Explanation =
        "Exit codes: 0 done, 1 failed while it ran, 2 invalid configuration or command line, 3 stopped with events that could not be delivered.";
}
