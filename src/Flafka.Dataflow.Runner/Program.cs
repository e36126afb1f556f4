using Flafka.Dataflow.Runner;
using Flafka.Dataflow.Runner.Commands;

AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
{
    Messages.Bug((Exception)unhandled.ExceptionObject);
    Environment.Exit(ExitCode.RuntimeFailure);
};
try
{
    return await CommandLine.RunAsync(args);
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    // Commands say of each file what is wrong with it; what is left is what they print.
    Messages.Error($"cannot write to standard output: {failure.Message}");
    return ExitCode.RuntimeFailure;
}
#pragma warning disable CA1031 // the last resort: one line instead of a stack trace and a core dump
catch (Exception bug)
#pragma warning restore CA1031
{
    Messages.Bug(bug);
    return ExitCode.RuntimeFailure;
}
