namespace Flafka.Dataflow;

/// <summary>
/// Says what is wrong with keys that no option takes. An error when somebody must have meant a known key: within two edits of one, or one
/// without its prefix. Otherwise a warning.
/// </summary>
internal static class UnknownKeys
{
    /// <returns>The known keys that were misspelt.</returns>
    public static HashSet<string> Report(OptionKeys keys, OptionScope scope, ComponentDescriptor component, DiagnosticBag diagnostics)
    {
        var misspelt = new HashSet<string>(StringComparer.Ordinal);
        var known = component.Options.Where(option => !option.IsMap).Select(option => option.Key).ToArray();
        foreach (var (key, node) in keys.Unknown)
        {
            var meant = known.FirstOrDefault(candidate => candidate.EndsWith("." + key, StringComparison.Ordinal))
                ?? NearestKey.Find(key, known)
                ?? WithNearestPrefix(key, component);
            if (meant is not null)
            {
                misspelt.Add(meant);
                diagnostics.Add(
                    Codes.MisspeltKey, scope.PathOf(key), node.Span,
                    $"the {TypeResolver.Words(component.Kind)} '{component.DisplayName}' has no key '{key}'",
                    $"Did you mean '{meant}'?");
            }
            else
            {
                diagnostics.Add(
                    Codes.UnknownKey, scope.PathOf(key), node.Span,
                    $"the {TypeResolver.Words(component.Kind)} '{component.DisplayName}' has no key '{key}'; nobody reads it",
                    known.Length is > 0 and <= 12 ? $"Known keys: {string.Join(", ", known)}." : null);
            }
        }

        return misspelt;
    }

    private static string? WithNearestPrefix(string key, ComponentDescriptor component)
    {
        foreach (var option in component.Options.Where(option => option.IsMap || option.Choice is not null))
        {
            var prefix = option.Key.TrimEnd('.');
            var end = 0;
            for (var parts = prefix.Count(c => c == '.') + 1; parts > 0 && end >= 0; parts--)
            {
                end = key.IndexOf('.', end == 0 ? 0 : end + 1);
            }

            if (end > 0 && NearestKey.Find(key[..end], [prefix]) is not null)
            {
                return prefix + key[end..];
            }
        }

        return null;
    }
}
