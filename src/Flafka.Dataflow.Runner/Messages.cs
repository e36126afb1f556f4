namespace Flafka.Dataflow.Runner;

/// <summary>What the program itself says on standard error.</summary>
internal static class Messages
{
    public static void Error(string text) => Console.Error.WriteLine($"flafka: error: {OneLine.Escape(text)}");

    public static void Info(string text) => Console.Error.WriteLine($"flafka: info: {OneLine.Escape(text)}");

    public static void Bug(Exception bug) => Error($"this is a bug of the program; nothing acknowledged is lost: {bug.GetType().Name}: {bug.Message}");

    public static void Write(DiagnosticBag diagnostics) => Write(diagnostics.Items);

    public static void Write(IEnumerable<Diagnostic> diagnostics) => Console.Error.Write(DiagnosticRenderer.Render(diagnostics));
}
