using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow;

/// <summary>
/// Binds the keys of a component to its options class and reports every mistake at its place. Unlike a binder of configuration providers it
/// does not stop at the first one.
/// </summary>
internal sealed class OptionsBinder(BindingContext context, DiagnosticBag diagnostics)
{
    private const string Masked = "***";

    /// <summary>Binds.</summary>
    /// <returns><see langword="null"/> when there was an error.</returns>
    public BindingResult? Bind(ComponentDescriptor component, OptionScope scope)
    {
        var options = component.OptionsType == typeof(object) ? new object() : OptionDescriptors.New(component.OptionsType);
        var keys = new OptionKeys(component.Options, scope);
        var work = new Work(this, component, scope, keys, options);
        var misspelt = UnknownKeys.Report(keys, scope, component, diagnostics);
        work.BindAll();
        work.RequireMissing(misspelt);
        if (!work.HasErrors)
        {
            work.Validate();
        }

        return work.HasErrors || misspelt.Count > 0 ? null : new BindingResult(options, work.Normalized());
    }

    private sealed class Work(OptionsBinder owner, ComponentDescriptor component, OptionScope scope, OptionKeys keys, object options)
    {
        private readonly SortedDictionary<string, string> _normalized = new(StringComparer.Ordinal);
        private readonly HashSet<string> _given = new(StringComparer.Ordinal);

        public bool HasErrors { get; private set; }

        public ImmutableArray<KeyValuePair<string, string>> Normalized() => [.. _normalized];

        public void BindAll()
        {
            foreach (var option in component.Options)
            {
                if (option.Choice is { } kind)
                {
                    BindChoice(option, kind);
                }
                else if (option.IsMap)
                {
                    BindMap(option);
                }
                else if (Given(option) is { } node)
                {
                    BindValue(option, node);
                }
            }

            if (options is INeedsHadoop { NeedsHadoop: true } needs)
            {
                GiveHadoop(needs);
            }
        }

        /// <summary>Reports what is required and missing, unless a misspelt key was meant for it.</summary>
        public void RequireMissing(HashSet<string> misspelt)
        {
            foreach (var option in component.Options.Where(option => option.IsRequired && !_given.Contains(option.Key) && !misspelt.Contains(option.Key)))
            {
                Fail(Codes.MissingKey, option.Key, scope.Span, "is required and missing", Example(option));
            }
        }

        public void Validate()
        {
            var context = new ValidationContext(options);
            var results = new List<ValidationResult>();
            foreach (var option in component.Options)
            {
                var member = new ValidationContext(options) { MemberName = option.Property, DisplayName = option.Key };
                foreach (var attribute in option.Member!.GetCustomAttributes(true).OfType<ValidationAttribute>())
                {
                    // Range and Required were checked on the text, where the unit is still known.
                    if (attribute is not (RangeAttribute or RequiredAttribute)
                        && attribute.GetValidationResult(option.Member.GetValue(options), member) is { } wrong)
                    {
                        results.Add(new ValidationResult(wrong.ErrorMessage, [option.Property]));
                    }
                }
            }

            if (options is IValidatableObject validatable)
            {
                results.AddRange(validatable.Validate(context).Where(result => result is not null));
            }

            foreach (var result in results)
            {
                var option = component.Options.FirstOrDefault(item => result.MemberNames.Contains(item.Property));
                var span = option is null ? scope.Span : keys.First(option)?.ValueSpan ?? scope.Span;
                var (code, opening) = result switch
                {
                    NotAvailableResult => (Codes.NotAvailable, ""),
                    WithoutMeaningResult => (Codes.KeyWithoutMeaning, "has no meaning here: "),
                    _ => (Codes.InvalidOptions, ""),
                };
                Fail(code, option?.Key.TrimEnd('.') ?? string.Empty, span, opening + Sentence(result.ErrorMessage), null);
            }
        }

        private void Fail(DiagnosticCode code, string key, SourceSpan span, string message, string? hint)
        {
            HasErrors |= code.Severity == DiagnosticSeverity.Error;
            owner.Diagnostics.Add(code, scope.PathOf(key), span, message, hint);
        }

        private void BindValue(OptionDescriptor option, ConfigNode node)
        {
            _given.Add(option.Key);
            if (option.Ignored is { } why)
            {
                Fail(Codes.KeyWithoutMeaning, option.Key, node.Span, $"has no meaning here: {Sentence(why)}", null);
                return;
            }

            if (node.IsUnknown)
            {
                return;
            }

            if ((option.ValueType == typeof(string) || ValueConverters.IsList(option.ValueType)) && HasComment(option, option.Key, node))
            {
                return;
            }

            var conversion = ValueConverters.Convert(option, node);
            if (conversion.Problem is { } problem)
            {
                var code = conversion.IsBlankInList ? Codes.BlankInList : conversion.IsOutOfRange ? Codes.OutOfRange : Codes.BadValue;
                Fail(
                    code, option.Key, node.ValueSpan, $"'{(option.IsSecret ? Masked : node.Written ?? node.Value)}' {(node.Unresolved is null ? problem : "has no value")}",
                    option.IsSecret ? null : node.Unresolved?.Hint ?? conversion.Hint ?? DefaultOf(option));
                return;
            }

            var (value, text) = option.IsFileSystemPath ? Qualified(option, node) : (conversion.Value, node.Value!.Trim());
            option.Member!.SetValue(options, value);
            _normalized[option.Key] = ValueConverters.IsList(option.ValueType) ? string.Join('\u001f', ValueConverters.Items(option, node)) : text;
        }

        private bool HasComment(OptionDescriptor option, string key, ConfigNode node)
        {
            if (option.IsFreeText || !node.Items.IsDefault || OptionText.IsSecret(key) || ValueConverters.CommentIn(node.Written ?? node.Value!) is not { } comment)
            {
                return false;
            }

            Fail(
                Codes.TrailingComment, key, node.ValueSpan, $"'{comment}' is part of the value: a properties file has no comments behind a value",
                "Put the comment on a line of its own.");
            return true;
        }

        private void GiveHadoop(INeedsHadoop needs)
        {
            try
            {
                needs.Hadoop = owner.Files.Hadoop;
            }
            catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
            {
                Fail(Codes.BadFileSystem, string.Empty, scope.Span, $"Hadoop's configuration cannot be read: {failure.Message.TrimEnd('.')}", null);
            }
        }

        private (object Value, string Text) Qualified(OptionDescriptor option, ConfigNode node)
        {
            var path = node.Value!;
            try
            {
                path = owner.Files.Qualify(path, out var isUnconfigured);
                if (isUnconfigured)
                {
                    Fail(
                        Codes.LocalPath, option.Key, node.ValueSpan,
                        $"'{path}' has no scheme and no Hadoop configuration was found: files go to the local disk of this machine",
                        $"Write 'file:{path}' to keep this, or set Flafka:DefaultFs = hdfs://HOST:8020.");
                }
            }
            catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
            {
                Fail(
                    Codes.BadFileSystem, option.Key, node.ValueSpan, $"'{path}' has no scheme, and the default file system cannot be told: {failure.Message.TrimEnd('.')}",
                    $"Write the path with its scheme, for example 'hdfs://HOST:8020{path}' or 'file:{path}'.");
            }

            return (path, path);
        }

        private void BindMap(OptionDescriptor option)
        {
            var entries = keys.Below(option);
            if (entries.Count == 0)
            {
                return;
            }

            _given.Add(option.Key);
            if (option.Ignored is { } why)
            {
                Fail(Codes.KeyWithoutMeaning, option.Key.TrimEnd('.'), entries[0].Node.Span, $"has no meaning here: {Sentence(why)}", null);
                return;
            }

            foreach (var (key, node) in entries)
            {
                HasComment(option, option.Key + key, node);
                _normalized[option.Key + key] = node.Value!;
            }

            option.Member!.SetValue(options, OptionMaps.Create(option, entries));
        }

        private void BindChoice(OptionDescriptor option, ComponentKind kind)
        {
            var node = Given(option);
            if (node is { IsUnknown: true })
            {
                HasErrors = true;
                return;
            }

            var name = node?.Value?.Trim() ?? ((ComponentChoice)option.Default!).TypeName;
            var path = scope.PathOf(option.Key);
            var span = node?.ValueSpan ?? scope.Span;
            var below = keys.Below(option);
            if (node is not null)
            {
                _given.Add(option.Key);
            }

            if (owner.Types.Resolve(kind, name, path, span) is not { } chosen)
            {
                HasErrors = true;
                return;
            }

            var bound = owner.Bind(chosen, new OptionScope(path, node?.Span ?? scope.Span, below));
            if (bound is null)
            {
                HasErrors = true;
                return;
            }

            option.Member!.SetValue(options, ComponentChoice.Of(chosen, name, bound.Options));
            _normalized[option.Key] = chosen.Implementation.FullName!;
            foreach (var (key, value) in bound.Normalized)
            {
                _normalized[$"{option.Key}.{key}"] = value;
            }
        }

        // Old spellings are taken; the modern one wins.
        private ConfigNode? Given(OptionDescriptor option)
        {
            var modern = keys.Exact(option.Key);
            foreach (var old in option.Deprecated)
            {
                if (keys.Exact(old) is not { } node)
                {
                    continue;
                }

                var differs = modern is not null && !string.Equals(modern.Value, node.Value, StringComparison.Ordinal);
                Fail(
                    differs ? Codes.OldAndNewKey : Codes.OldKey, old, node.Span,
                    differs ? $"is an old spelling of '{option.Key}', which is given too, with another value" : $"is an old spelling of '{option.Key}'",
                    differs ? $"Remove {scope.PathOf(old)}." : $"Write {scope.PathOf(option.Key)}.");
                modern ??= node;
            }

            return modern;
        }

        private string Example(OptionDescriptor option)
        {
            var example = $"Add {scope.PathOf(option.IsMap ? option.Key + "NAME" : option.Key)} = ...";
            return option.Summary is { Length: > 0 } summary ? $"{example} ({summary})" : example;
        }

        private static string? DefaultOf(OptionDescriptor option) =>
            !option.IsRequired && OptionText.Of(option, option.Default) is { Length: > 0 } text ? $"The default is {text}." : null;

        private static string Sentence(string? text) => (text ?? "the options do not fit together").TrimEnd('.');
    }

    internal TypeResolver Types { get; } = new(context, diagnostics);

    internal DefaultFileSystem Files => context.Files;

    internal DiagnosticBag Diagnostics => diagnostics;
}
