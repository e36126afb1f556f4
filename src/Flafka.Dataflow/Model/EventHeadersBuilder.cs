namespace Flafka.Dataflow;

/// <summary>
/// Collects headers and makes a map of them in one go; for sources whose every event has headers of its own. Not thread-safe; it is
/// empty again after <see cref="Build"/>.
/// </summary>
public sealed class EventHeadersBuilder
{
    private EventHeaders.HeaderShape _shape = EventHeaders.HeaderShape.Empty;
    private EventHeaders.HeaderValue[] _values = new EventHeaders.HeaderValue[8];
    private int _count;

    /// <summary>Headers collected so far.</summary>
    public int Count => _count;

    /// <summary>Whether there is a header of this name.</summary>
    public bool Contains(string name) => _shape.IndexOf(name) >= 0;

    /// <summary>Sets or replaces a header.</summary>
    public void Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Set(name, new EventHeaders.HeaderValue(value, 0));
    }

    /// <summary>Sets or replaces a header by the decimal text of a number.</summary>
    public void Set(string name, long value) => Set(name, new EventHeaders.HeaderValue(EventHeaders.HeaderValue.IsNumber, value));

    /// <summary>Sets or replaces a header by text that is at hand as UTF-8. The map keeps the array; the caller must not change it.</summary>
    public void SetUtf8(string name, byte[] utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        Set(name, new EventHeaders.HeaderValue(utf8, 0));
    }

    /// <summary>Forgets what was collected.</summary>
    public void Clear()
    {
        _values.AsSpan(0, _count).Clear();
        _shape = EventHeaders.HeaderShape.Empty;
        _count = 0;
    }

    /// <summary>The map of what was collected; the builder is empty afterwards.</summary>
    public EventHeaders Build()
    {
        var headers = _count == 0 ? EventHeaders.Empty : new EventHeaders(_shape, _values.AsSpan(0, _count).ToArray());
        Clear();
        return headers;
    }

    private void Set(string name, EventHeaders.HeaderValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = _shape.IndexOf(name);
        if (index < 0)
        {
            index = _count;
            if (index == _values.Length)
            {
                Array.Resize(ref _values, index * 2);
            }

            _shape = _shape.With(name);
            _count++;
        }

        _values[index] = value;
    }
}
