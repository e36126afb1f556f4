using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Flafka.Dataflow.Web;

/// <summary>Reads the events of one document.</summary>
/// <param name="utf8">The document.</param>
/// <param name="encode">Makes the bytes of a body; <see langword="null"/>: UTF-8, as it stands in the document.</param>
internal ref struct JsonEvents(ReadOnlySpan<byte> utf8, Func<string, byte[]>? encode)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly BodyArena _bodies = new(utf8.Length);
    private readonly List<(byte[] Utf8, string Text)> _names = [];

    // The last headers as they were written, and what came of them: clients send the same ones over and over.
    private ReadOnlySpan<byte> _lastWritten;
    private EventHeaders _lastHeaders = EventHeaders.Empty;

    /// <exception cref="BadRequestException">It is not an array of events.</exception>
    /// <exception cref="InvalidOperationException">It, or one of the events, is null.</exception>
    public ImmutableArray<FlumeEvent> Read()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(Math.Max(1, _utf8.Length));
        try
        {
            var json = new LenientJsonReader(_utf8, scratch);
            return Read(ref json);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private ImmutableArray<FlumeEvent> Read(ref LenientJsonReader json)
    {
        if (json.Peek() is JsonKind.End or JsonKind.Null)
        {
            throw new InvalidOperationException("The request has no document.");
        }

        var events = ImmutableArray.CreateBuilder<FlumeEvent>();
        var hasNull = false;
        json.Begin(JsonKind.BeginArray);
        while (json.HasNext())
        {
            if (json.TryNull())
            {
                hasNull = true;
            }
            else
            {
                events.Add(ReadEvent(ref json));
            }
        }

        json.End();
        if (json.Peek() != JsonKind.End)
        {
            throw json.Bad("there is something behind the array");
        }

        return hasNull ? throw new InvalidOperationException("An event is null; is there a comma too much?") : events.DrainToImmutable();
    }

    private FlumeEvent ReadEvent(ref LenientJsonReader json)
    {
        var headers = EventHeaders.Empty;
        ReadOnlyMemory<byte> body = default;
        json.Begin(JsonKind.BeginObject);
        while (json.HasNext())
        {
            var name = json.Name();
            if (name.SequenceEqual("body"u8))
            {
                body = json.TryNull() ? default : Body(json.Text());
            }
            else if (name.SequenceEqual("headers"u8))
            {
                headers = json.TryNull() ? EventHeaders.Empty : ReadHeaders(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        json.End();
        return new FlumeEvent(body, headers);
    }

    private readonly ReadOnlyMemory<byte> Body(ReadOnlySpan<byte> text) => encode is null ? _bodies.Add(text) : encode(Encoding.UTF8.GetString(text));

    private EventHeaders ReadHeaders(ref LenientJsonReader json)
    {
        if (json.Peek() == JsonKind.BeginArray)
        {
            return ReadPairs(ref json);
        }

        if (json.TryRepeat(_lastWritten))
        {
            return _lastHeaders;
        }

        json.Begin(JsonKind.BeginObject);
        var start = json.Position - 1;
        var headers = EventHeaders.Empty;
        while (json.HasNext())
        {
            var name = Name(json.Name());
            headers = Add(ref json, headers, name);
        }

        json.End();
        _lastWritten = _utf8[start..json.Position];
        _lastHeaders = headers;
        return headers;
    }

    // [["name", "value"], ...]: the form in which Java's library writes a map whose keys are no text.
    private EventHeaders ReadPairs(ref LenientJsonReader json)
    {
        var headers = EventHeaders.Empty;
        json.Begin(JsonKind.BeginArray);
        while (json.HasNext())
        {
            json.Begin(JsonKind.BeginArray);
            var name = Name(json.Text());
            headers = Add(ref json, headers, name);
            json.End();
        }

        json.End();
        return headers;
    }

    private static EventHeaders Add(ref LenientJsonReader json, EventHeaders headers, string name)
    {
        // Flume: keeps a header whose value is null, and its serializers then fail on it. Here it is left out.
        if (json.TryNull())
        {
            return headers;
        }

        var value = json.Text();
        return headers.Contains(name) ? throw json.Bad($"the header '{name}' is there twice") : headers.SetUtf8(name, value.ToArray());
    }

    private readonly string Name(ReadOnlySpan<byte> name)
    {
        foreach (var (utf8, text) in _names)
        {
            if (name.SequenceEqual(utf8))
            {
                return text;
            }
        }

        var made = Encoding.UTF8.GetString(name);
        if (_names.Count < 32)
        {
            _names.Add((name.ToArray(), made));
        }

        return made;
    }
}
