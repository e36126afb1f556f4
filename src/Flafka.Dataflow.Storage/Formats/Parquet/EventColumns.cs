using System.Globalization;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Sets the columns of a row from an event. Remembers where headers stood, so it belongs to one file.</summary>
internal sealed class EventColumns
{
    public const string Body = "body";
    public const string Headers = "headers";

    private readonly ParquetColumn[] _columns;
    private readonly Dictionary<string, int> _byName = [];
    private readonly int _map; // the place of the map, -1 without
    private readonly int _body;
    private readonly bool _mapHasAll;

    // What the last event had at a place. Events of one source have the same headers at the same places.
    private (string Name, int Column)[] _last = [];

    public EventColumns(ParquetSerializerOptions options)
    {
        var columns = new List<ParquetColumn>();
        foreach (var text in options.Columns)
        {
            var (name, type) = Parse(text);
            _byName.Add(name, columns.Count);
            columns.Add(new ParquetColumn(name, type!.Value));
        }

        _map = options.Headers == ParquetHeaders.None ? -1 : columns.Count;
        _mapHasAll = options.Headers == ParquetHeaders.All;
        if (_map >= 0)
        {
            columns.Add(new ParquetColumn(Headers, ParquetType.StringMap, IsOptional: false));
        }

        _body = columns.Count;
        columns.Add(new ParquetColumn(Body, options.Body == ParquetBody.String ? ParquetType.String : ParquetType.Bytes, IsOptional: false));
        _columns = [.. columns];
    }

    public IReadOnlyList<ParquetColumn> Columns => _columns;

    /// <summary>Reads <c>name:type</c>; no type when it is unknown.</summary>
    public static (string Name, ParquetType? Type) Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon < 0 ? (text.Trim(), ParquetType.String) : (text[..colon].Trim(), text[(colon + 1)..].Trim() switch
        {
            "string" => ParquetType.String,
            "long" => ParquetType.Int64,
            "int" => ParquetType.Int32,
            "double" => ParquetType.Double,
            "boolean" => ParquetType.Boolean,
            "timestamp" => ParquetType.Timestamp,
            _ => null,
        });
    }

    /// <summary>Sets everything that the event has.</summary>
    public void Set(ParquetWriter writer, FlumeEvent flumeEvent)
    {
        var headers = flumeEvent.Headers;
        if (headers.Count > _last.Length)
        {
            Array.Resize(ref _last, headers.Count);
        }

        var inMap = 0;
        if (_map >= 0)
        {
            writer.BeginMap(_map);
        }

        for (var i = 0; i < headers.Count; i++)
        {
            var name = headers.NameAt(i);
            if (!ReferenceEquals(_last[i].Name, name))
            {
                _last[i] = (name, _byName.GetValueOrDefault(name, -1));
            }

            var column = _last[i].Column;
            if ((column < 0 || !TrySet(writer, column, headers, i) || _mapHasAll) && _map >= 0)
            {
                writer.AddEntry(_map, inMap++, name, headers.ValueAt(i));
            }
        }

        if (_map >= 0)
        {
            writer.EndMap(_map, inMap);
        }

        writer.Set(_body, flumeEvent.Body.Span);
    }

    // Numbers are read as such, as many headers were set by a number.
    private bool TrySet(ParquetWriter writer, int column, EventHeaders headers, int index)
    {
        switch (_columns[column].Type)
        {
            case ParquetType.Int64 or ParquetType.Timestamp when headers.TryGetInt64(_columns[column].Name, out var number):
                writer.Set(column, number);
                return true;
            case ParquetType.Int32 when headers.TryGetInt64(_columns[column].Name, out var number) && number == (int)number:
                writer.Set(column, (int)number);
                return true;
            case ParquetType.Double when double.TryParse(headers.ValueAt(index), NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                writer.Set(column, number);
                return true;
            case ParquetType.Boolean when bool.TryParse(headers.ValueAt(index), out var flag):
                writer.Set(column, flag);
                return true;
            case ParquetType.String:
                writer.Set(column, headers.ValueAt(index));
                return true;
            default:
                return false;
        }
    }
}
