namespace Flafka.Dataflow.Runner;

/// <summary>What the program itself says on standard error.</summary>
internal static class Messages
{
    public static void Error(string text) => Write($"flafka: error: {OneLine.Escape(text)}\n");

    public static void Info(string text) => Write($"flafka: info: {OneLine.Escape(text)}\n");

    public static void Bug(Exception bug) => Error($"this is a bug of the program; nothing acknowledged is lost: {bug.GetType().Name}: {bug.Message}");

    public static void Write(DiagnosticBag diagnostics) => Write(diagnostics.Items);

    public static void Write(IEnumerable<Diagnostic> diagnostics) => Write(DiagnosticRenderer.Render(diagnostics));

    private static void Write(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody can be told; the exit code says what matters.
        }
    }
}
