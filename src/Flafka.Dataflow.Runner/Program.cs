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
#pragma warning disable CA1031 // the last resort: one line instead of a stack trace and a core dump
catch (Exception bug)
#pragma warning restore CA1031
{
    Messages.Bug(bug);
    return ExitCode.RuntimeFailure;
}
