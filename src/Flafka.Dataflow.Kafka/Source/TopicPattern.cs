namespace Flafka.Dataflow.Kafka;

/// <summary>Writes a Java expression for whole names of topics as the pattern that librdkafka matches, which knows POSIX expressions.</summary>
internal static class TopicPattern
{
    public static string Of(string regex)
    {
        var inner = regex.Trim();
        if (inner.StartsWith('^'))
        {
            inner = inner[1..];
        }

        if (inner.EndsWith('$') && !inner.EndsWith("\\$", StringComparison.Ordinal))
        {
            inner = inner[..^1];
        }

        return "^(" + inner
            .Replace("(?:", "(", StringComparison.Ordinal)
            .Replace("\\d", "[0-9]", StringComparison.Ordinal)
            .Replace("\\w", "[A-Za-z0-9_]", StringComparison.Ordinal) + ")$";
    }
}
