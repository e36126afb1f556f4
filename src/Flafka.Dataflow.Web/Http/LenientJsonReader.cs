namespace Flafka.Dataflow.Web;

/// <summary>
/// Reads JSON as leniently as the library that Flume uses (Gson): comments, names and texts in single or no quotation marks, <c>=</c> for a
/// colon, <c>;</c> for a comma, a missing element of an array as null. Texts stay UTF-8.
/// </summary>
/// <param name="text">The document, valid UTF-8.</param>
/// <param name="scratch">As long as the document; takes texts with escape sequences. What <see cref="Text"/> gives is valid until the next call.</param>
internal ref partial struct LenientJsonReader(ReadOnlySpan<byte> text, Span<byte> scratch)
{
    private const int MaxDepth = 255;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<byte> _scratch = scratch;
    private readonly Stack<Scope> _outer = new();
    private Scope _scope = Scope.EmptyDocument;
    private JsonKind _next;
    private ReadOnlySpan<byte> _value;
    private int _position = text.StartsWith("\uFEFF"u8) ? 3 : 0;

    private enum Scope
    {
        EmptyDocument,
        Document,
        EmptyArray,
        Array,
        EmptyObject,
        Object,
        ObjectBehindName,
    }

    /// <summary>How far it has read.</summary>
    public readonly int Position => _position;

    /// <summary>What comes next.</summary>
    public JsonKind Peek() => _next == JsonKind.None ? _next = Next() : _next;

    /// <summary>Whether the array or object goes on.</summary>
    public bool HasNext() => Peek() is not (JsonKind.EndArray or JsonKind.EndObject or JsonKind.End);

    /// <summary>Enters an array or object.</summary>
    public void Begin(JsonKind kind)
    {
        if (Peek() != kind)
        {
            throw Bad(kind == JsonKind.BeginArray ? "an array is expected" : "an object is expected");
        }

        if (_outer.Count == MaxDepth)
        {
            throw Bad($"there are more than {MaxDepth} levels");
        }

        _next = JsonKind.None;
        _outer.Push(_scope);
        _scope = kind == JsonKind.BeginArray ? Scope.EmptyArray : Scope.EmptyObject;
    }

    /// <summary>Leaves the array or object.</summary>
    public void End()
    {
        if (Peek() is not (JsonKind.EndArray or JsonKind.EndObject))
        {
            throw Bad("the end of the array or object is expected");
        }

        _next = JsonKind.None;
        _scope = _outer.Pop();
    }

    /// <summary>Reads the name of a member.</summary>
    public ReadOnlySpan<byte> Name()
    {
        if (Peek() != JsonKind.Name)
        {
            throw Bad("a name is expected");
        }

        _next = JsonKind.None;
        return _value;
    }

    /// <summary>Reads a text, number or boolean as text.</summary>
    public ReadOnlySpan<byte> Text()
    {
        if (Peek() is not (JsonKind.Text or JsonKind.Literal))
        {
            throw Bad("a text is expected");
        }

        var isBoolean = _next == JsonKind.Literal && IsWord("true"u8, "TRUE"u8) || _next == JsonKind.Literal && IsWord("false"u8, "FALSE"u8);
        _next = JsonKind.None;
        return !isBoolean ? _value : _value.Length == 4 ? "true"u8 : "false"u8;
    }

    /// <summary>Reads a null when one is next.</summary>
    public bool TryNull()
    {
        if (Peek() != JsonKind.Null)
        {
            return false;
        }

        _next = JsonKind.None;
        return true;
    }

    /// <summary>Passes an object that is written exactly like an earlier one.</summary>
    /// <param name="written">The earlier one with its braces; empty: none.</param>
    public bool TryRepeat(ReadOnlySpan<byte> written)
    {
        if (written.IsEmpty || Peek() != JsonKind.BeginObject || !_text[(_position - 1)..].StartsWith(written))
        {
            return false;
        }

        _position += written.Length - 1;
        _next = JsonKind.None;
        return true;
    }

    /// <summary>Passes a value, whatever it is.</summary>
    public void Skip()
    {
        var depth = 0;
        do
        {
            switch (Peek())
            {
                case JsonKind.BeginArray or JsonKind.BeginObject:
                    Begin(_next);
                    depth++;
                    break;
                case JsonKind.EndArray or JsonKind.EndObject:
                    End();
                    depth--;
                    break;
                case JsonKind.End:
                    throw Bad("it ends too early");
                default:
                    _next = JsonKind.None;
                    break;
            }
        }
        while (depth > 0);
    }

    /// <summary>A mistake at the place reached.</summary>
    public readonly BadRequestException Bad(string problem) => new($"The request is not an array of events: {problem}, at byte {_position}.");

    private JsonKind Next()
    {
        var scope = _scope;
        switch (scope)
        {
            case Scope.EmptyArray:
                _scope = Scope.Array;
                break;
            case Scope.Array:
                if (Significant() is var behind && behind == ']')
                {
                    return JsonKind.EndArray;
                }

                if (behind is not (',' or ';'))
                {
                    throw Bad("a comma or the end of the array is expected");
                }

                break;
            case Scope.EmptyObject or Scope.Object:
                return NextName(scope);
            case Scope.ObjectBehindName:
                _scope = Scope.Object;
                Separator();
                break;
            default:
                _scope = Scope.Document;
                SkipBlanks();
                if (_position == _text.Length)
                {
                    return JsonKind.End;
                }

                break;
        }

        return NextValue(scope);
    }

    private JsonKind NextName(Scope scope)
    {
        var c = Significant();
        if (scope == Scope.Object)
        {
            if (c == '}')
            {
                return JsonKind.EndObject;
            }

            if (c is not (',' or ';'))
            {
                throw Bad("a comma or the end of the object is expected");
            }

            c = Significant();
        }
        else if (c == '}')
        {
            return JsonKind.EndObject;
        }

        _scope = Scope.ObjectBehindName;
        if (c is '"' or '\'')
        {
            Quoted((byte)c);
            return JsonKind.Name;
        }

        _position--;
        return Literal() ? JsonKind.Name : throw Bad("a name is expected");
    }

    private JsonKind NextValue(Scope scope)
    {
        var c = Significant();
        switch (c)
        {
            case ']' when scope == Scope.EmptyArray:
                return JsonKind.EndArray;
            case ']' or ',' or ';' when scope is Scope.EmptyArray or Scope.Array:
                _position--; // a missing element
                return JsonKind.Null;
            case '"' or '\'':
                Quoted((byte)c);
                return JsonKind.Text;
            case '[':
                return JsonKind.BeginArray;
            case '{':
                return JsonKind.BeginObject;
            default:
                _position--;
                return !Literal() ? throw Bad("a value is expected") : IsWord("null"u8, "NULL"u8) ? JsonKind.Null : JsonKind.Literal;
        }
    }

    private void Separator()
    {
        var c = Significant();
        if (c == '=' && _position < _text.Length && _text[_position] == '>')
        {
            _position++;
        }
        else if (c is not (':' or '='))
        {
            throw Bad("a colon is expected");
        }
    }

    private char Significant()
    {
        SkipBlanks();
        return (char)Read("it ends too early");
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length)
        {
            var rest = _text[_position..];
            switch (rest[0])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    _position++;
                    break;
                case (byte)'#':
                    SkipLine(rest);
                    break;
                case (byte)'/' when rest.Length > 1 && rest[1] == '/':
                    SkipLine(rest);
                    break;
                case (byte)'/' when rest.Length > 1 && rest[1] == '*':
                    var end = rest[2..].IndexOf("*/"u8);
                    _position += end < 0 ? throw Bad("a comment does not end") : end + 4;
                    break;
                default:
                    return;
            }
        }
    }

    private void SkipLine(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        _position += end < 0 ? rest.Length : end + 1;
    }
}
