using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>The smallest and the largest value of a column in a row group, by which readers pass over groups. Long ones are not kept.</summary>
internal sealed class Bounds(PhysicalType type)
{
    private const int MostBytes = 64;

    private readonly byte[] _least = new byte[MostBytes];
    private readonly byte[] _most = new byte[MostBytes];
    private int _leastLength;
    private int _mostLength;
    private bool _areKnown;
    private bool _areUnknowable;

    public bool AreKnown => _areKnown && !_areUnknowable;

    public ReadOnlySpan<byte> Least => _least.AsSpan(0, _leastLength);

    public ReadOnlySpan<byte> Most => _most.AsSpan(0, _mostLength);

    public void Clear() => _areKnown = _areUnknowable = false;

    /// <summary>Looks at the values of a page.</summary>
    /// <param name="plain">The values as a plain page has them; booleans not packed yet.</param>
    public void Add(ReadOnlySpan<byte> plain)
    {
        if (plain.IsEmpty || _areUnknowable)
        {
            return;
        }

        switch (type)
        {
            case PhysicalType.ByteArray:
                AddTexts(plain);
                break;
            case PhysicalType.Boolean:
                Add<byte>(plain);
                break;
            case PhysicalType.Int32:
                Add<int>(plain);
                break;
            case PhysicalType.Int64:
                Add<long>(plain);
                break;
            default:
                AddDoubles(plain);
                break;
        }
    }

    private void AddTexts(ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(plain);
            var value = plain.Slice(sizeof(int), length);
            plain = plain[(sizeof(int) + length)..];
            if (!_areKnown || value.SequenceCompareTo(Least) < 0)
            {
                Keep(value, _least, ref _leastLength);
            }

            if (!_areKnown || value.SequenceCompareTo(Most) > 0)
            {
                Keep(value, _most, ref _mostLength);
            }

            _areKnown = true;
            if (_areUnknowable)
            {
                return;
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> value, byte[] target, ref int length)
    {
        if (value.Length > MostBytes)
        {
            _areUnknowable = true;
            return;
        }

        value.CopyTo(target);
        length = value.Length;
    }

    private void AddDoubles(ReadOnlySpan<byte> plain)
    {
        foreach (var value in MemoryMarshal.Cast<byte, double>(plain))
        {
            if (double.IsNaN(value))
            {
                _areUnknowable = true; // it has no place in the order
                return;
            }
        }

        Add<double>(plain);

        // The two zeros are equal, and a reader may look for either.
        if (MemoryMarshal.Read<double>(_least) == 0)
        {
            MemoryMarshal.Write(_least, -0.0);
        }

        if (MemoryMarshal.Read<double>(_most) == 0)
        {
            MemoryMarshal.Write(_most, 0.0);
        }
    }

    private void Add<T>(ReadOnlySpan<byte> plain)
        where T : unmanaged, INumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(plain);
        var (least, most) = _areKnown ? (MemoryMarshal.Read<T>(_least), MemoryMarshal.Read<T>(_most)) : (values[0], values[0]);
        foreach (var value in values)
        {
            least = value < least ? value : least;
            most = value > most ? value : most;
        }

        MemoryMarshal.Write(_least, least);
        MemoryMarshal.Write(_most, most);
        _leastLength = _mostLength = Unsafe.SizeOf<T>();
        _areKnown = true;
    }
}
