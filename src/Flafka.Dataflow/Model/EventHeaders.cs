using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Flafka.Dataflow;

/// <summary>
/// A small immutable map from header name to text. Names are compared ordinally and case-sensitively; the order of insertion is kept.
/// </summary>
/// <remarks>
/// The names are shared between maps of the same make, so an event with the usual headers costs one array of values.
/// A value may be given as a number or as UTF-8 bytes; it becomes text when it is first read, and stays so. Thread-safe.
/// </remarks>
public sealed class EventHeaders : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly HeaderShape _shape;
    private readonly HeaderValue[] _values;

    internal EventHeaders(HeaderShape shape, HeaderValue[] values) => (_shape, _values) = (shape, values);

    /// <summary>No headers.</summary>
    public static EventHeaders Empty { get; } = new(HeaderShape.Empty, []);

    /// <summary>Number of headers.</summary>
    public int Count => _values.Length;

    /// <summary>The pair at a place, in the order in which the names were first set; for writers that must not allocate an enumerator.</summary>
    internal (string Name, string Value) this[int index] => (_shape.Names[index], _values[index].Text());

    /// <summary>The name at a place, from 0, in the order in which the names were first set; with <see cref="ValueAt"/> for writers that must not allocate an enumerator.</summary>
    public string NameAt(int index) => _shape.Names[index];

    /// <summary>The value at a place, as text.</summary>
    public string ValueAt(int index) => _values[index].Text();

    /// <summary>Makes a map of the given pairs; a later pair with an equal name replaces the earlier value.</summary>
    public static EventHeaders Create(params ReadOnlySpan<(string Name, string Value)> pairs)
    {
        var headers = Empty;
        foreach (var (name, value) in pairs)
        {
            headers = headers.Set(name, value);
        }

        return headers;
    }

    /// <summary>Reads a header; false when there is none of this name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        var index = _shape.IndexOf(name);
        value = index < 0 ? null : _values[index].Text();
        return index >= 0;
    }

    /// <summary>Reads a header that holds a whole decimal number, without making text of it where it was set as a number.</summary>
    /// <returns>False when there is no such header or its text is not a number.</returns>
    public bool TryGetInt64(string name, out long value)
    {
        var index = _shape.IndexOf(name);
        value = 0;
        return index >= 0 && _values[index].TryNumber(out value);
    }

    /// <summary>Whether there is a header of this name.</summary>
    public bool Contains(string name) => _shape.IndexOf(name) >= 0;

    /// <summary>A map with this header set or replaced.</summary>
    public EventHeaders Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Set(name, new HeaderValue(value, 0));
    }

    /// <summary>A map with this header set to the decimal text of a number.</summary>
    public EventHeaders Set(string name, long value) => Set(name, new HeaderValue(HeaderValue.IsNumber, value));

    /// <summary>A map with this header set to text that is at hand as UTF-8. The map keeps the array; the caller must not change it.</summary>
    public EventHeaders SetUtf8(string name, byte[] utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        return Set(name, new HeaderValue(utf8, 0));
    }

    /// <summary>A map without this header; the same map when there was none.</summary>
    public EventHeaders Remove(string name)
    {
        var index = _shape.IndexOf(name);
        if (index < 0)
        {
            return this;
        }

        var headers = Empty;
        for (var i = 0; i < _values.Length; i++)
        {
            if (i != index)
            {
                headers = headers.Set(_shape.Names[i], _values[i]);
            }
        }

        return headers;
    }

    /// <summary>The pairs in the order in which their names were first set.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i < _values.Length; i++)
        {
            yield return new(_shape.Names[i], _values[i].Text());
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The pairs as <c>{a=1, b=2}</c>, Flume's form.</summary>
    public override string ToString() => "{" + string.Join(", ", this.Select(pair => pair.Key + "=" + pair.Value)) + "}";

    private EventHeaders Set(string name, HeaderValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = _shape.IndexOf(name);
        if (index >= 0)
        {
            var changed = (HeaderValue[])_values.Clone();
            changed[index] = value;
            return new EventHeaders(_shape, changed);
        }

        var longer = new HeaderValue[_values.Length + 1];
        _values.CopyTo(longer, 0);
        longer[^1] = value;
        return new EventHeaders(_shape.With(name), longer);
    }

    internal struct HeaderValue(object reference, long number)
    {
        public static readonly object IsNumber = new();

        // A string, UTF-8 bytes or the mark of a number. Only this one field is ever replaced, so concurrent readers see a whole value.
        private object _reference = reference;
        private readonly long _number = number;

        public string Text()
        {
            var reference = _reference;
            if (reference is string text)
            {
                return text;
            }

            text = reference is byte[] utf8 ? Encoding.UTF8.GetString(utf8) : _number.ToString(CultureInfo.InvariantCulture);
            _reference = text;
            return text;
        }

        public bool TryNumber(out long number)
        {
            if (ReferenceEquals(_reference, IsNumber))
            {
                number = _number;
                return true;
            }

            return long.TryParse(Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        }
    }

    internal sealed class HeaderShape(string[] names)
    {
        public static readonly HeaderShape Empty = new([]);

        // The shape that the last new name led to: agents set the same few names on every event.
        private HeaderShape? _next;

        public string[] Names { get; } = names;

        public int IndexOf(string name)
        {
            var names = Names;
            for (var i = 0; i < names.Length; i++)
            {
                if (string.Equals(names[i], name))
                {
                    return i;
                }
            }

            return -1;
        }

        public HeaderShape With(string name)
        {
            var next = Volatile.Read(ref _next);
            if (next is not null && string.Equals(next.Names[^1], name))
            {
                return next;
            }

            next = new HeaderShape([.. Names, name]);
            Volatile.Write(ref _next, next);
            return next;
        }
    }
}
