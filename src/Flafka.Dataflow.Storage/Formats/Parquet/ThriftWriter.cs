namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>Writes structs in Thrift's compact protocol, as Parquet's headers and footer are.</summary>
internal sealed class ThriftWriter(PooledBuffer output)
{
    private const byte True = 1;
    private const byte False = 2;
    private const byte I16 = 4;
    private const byte I32 = 5;
    private const byte I64 = 6;
    private const byte Binary = 8;
    private const byte List = 9;
    private const byte Struct = 12;

    private readonly Stack<int> _outer = new();
    private int _last;

    public void Write(int field, bool value) => Head(field, value ? True : False);

    public void Write(int field, int value)
    {
        Head(field, I32);
        Varint.WriteZigZag(output, value);
    }

    public void Write(int field, long value)
    {
        Head(field, I64);
        Varint.WriteZigZag(output, value);
    }

    public void WriteShort(int field, short value)
    {
        Head(field, I16);
        Varint.WriteZigZag(output, value);
    }

    public void Write(int field, ReadOnlySpan<byte> bytes)
    {
        Head(field, Binary);
        Item(bytes);
    }

    /// <summary>A list of whole numbers.</summary>
    public void Write(int field, ReadOnlySpan<int> items)
    {
        ListHead(field, I32, items.Length);
        foreach (var item in items)
        {
            Varint.WriteZigZag(output, item);
        }
    }

    /// <summary>A list of texts, each of which follows as an <see cref="Item"/>.</summary>
    public void BeginTexts(int field, int count) => ListHead(field, Binary, count);

    /// <summary>A list of structs, each of which follows between <see cref="BeginItem"/> and <see cref="End"/>.</summary>
    public void BeginStructs(int field, int count) => ListHead(field, Struct, count);

    /// <summary>A text of a list.</summary>
    public void Item(ReadOnlySpan<byte> bytes)
    {
        Varint.Write(output, (ulong)bytes.Length);
        output.Append(bytes);
    }

    /// <summary>A struct that is a field.</summary>
    public void Begin(int field)
    {
        Head(field, Struct);
        BeginItem();
    }

    /// <summary>A struct that is not a field.</summary>
    public void BeginItem()
    {
        _outer.Push(_last);
        _last = 0;
    }

    /// <summary>The end of a struct.</summary>
    public void End()
    {
        output.Append([0]);
        _last = _outer.Pop();
    }

    private void ListHead(int field, byte type, int count)
    {
        Head(field, List);
        if (count < 15)
        {
            output.Append([(byte)((count << 4) | type)]);
        }
        else
        {
            output.Append([(byte)(0xF0 | type)]);
            Varint.Write(output, (ulong)count);
        }
    }

    // Fields come in the order of their numbers, never more than 15 apart.
    private void Head(int field, byte type)
    {
        output.Append([(byte)(((field - _last) << 4) | type)]);
        _last = field;
    }
}
