namespace Flafka.Dataflow;

/// <summary>Finds what somebody probably meant: the known name with the fewest edits (a letter more, less, other, or two swapped; case is free).</summary>
internal static class NearestKey
{
    /// <summary>The nearest of the known names within two edits; in names of up to four letters within one.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var best = int.MaxValue;
        foreach (var candidate in known)
        {
            var limit = Math.Min(Math.Min(name.Length, candidate.Length) <= 4 ? 1 : 2, best - 1);
            if (limit >= 0 && Math.Abs(candidate.Length - name.Length) <= limit && Distance(name, candidate) is var distance && distance <= limit)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>A hint that names the nearest, or else all there are; <see langword="null"/> when there are none.</summary>
    public static string? Hint(string name, IReadOnlyCollection<string> known, string words) =>
        Find(name, known) is { } nearest ? $"Did you mean '{nearest}'?"
        : known.Count is > 0 and <= 12 ? $"{words}: {string.Join(", ", known)}."
        : null;

    /// <summary>Optimal string alignment distance, without case.</summary>
    public static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, last, current) = (last, current, before);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => left == right || char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
