using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Flafka.Dataflow.Storage.Formats.Parquet;

/// <summary>The different values of a column in the order in which they came, and where each stands.</summary>
/// <param name="valueBytes">The length of every value; 0 when they differ in length.</param>
internal sealed class ValueDictionary(int valueBytes)
{
    private const int FirstSlots = 64;

    // Nobody outside can choose values that fall into one slot.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private readonly PooledBuffer _bytes = new();
    private int[] _slots = []; // place + 1; at most half are taken
    private int[] _starts = [];
    private uint[] _hashes = [];

    public int Count { get; private set; }

    /// <summary>About the memory of all this.</summary>
    public long HeldBytes => _bytes.Count + (sizeof(int) * (_slots.Length + _starts.Length + _hashes.Length));

    /// <summary>The values as a dictionary page has them: one after the other, behind their lengths where these differ.</summary>
    public ReadOnlySpan<byte> Plain => _bytes.Written;

    /// <summary>A value as a plain page has it, with its length where these differ.</summary>
    public ReadOnlySpan<byte> PlainAt(int place) => _bytes.Written[_starts[place]..(place + 1 < Count ? _starts[place + 1] : _bytes.Count)];

    /// <summary>A value.</summary>
    public ReadOnlySpan<byte> this[int place] => valueBytes > 0 ? PlainAt(place) : PlainAt(place)[sizeof(int)..];

    /// <summary>The place of a value, which is added if it is new.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> value)
    {
        if (2 * Count >= _slots.Length)
        {
            Grow();
        }

        var hash = Hash(value);
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var place = _slots[slot] - 1;
            if (place < 0)
            {
                _slots[slot] = Count + 1;
                return Add(value, hash);
            }

            if (_hashes[place] == hash && this[place].SequenceEqual(value))
            {
                return place;
            }
        }
    }

    public void Clear()
    {
        _bytes.Release();
        _slots = _starts = [];
        _hashes = [];
        Count = 0;
    }

    private static uint Hash(ReadOnlySpan<byte> value)
    {
        ref var first = ref MemoryMarshal.GetReference(value);
        var hash = Seed + (ulong)value.Length;
        if (value.Length < sizeof(ulong))
        {
            // Up to seven bytes: four from each end, or each.
            var rest = value.Length >= sizeof(uint)
                ? ((ulong)Word<uint>(ref first, 0) << 32) | Word<uint>(ref first, value.Length - sizeof(uint))
                : value.Length == 0 ? 0 : ((ulong)value[0] << 16) | ((ulong)value[value.Length / 2] << 8) | value[^1];
            return Fold(Mix(hash, rest));
        }

        for (var at = 0; at + sizeof(ulong) < value.Length; at += sizeof(ulong))
        {
            hash = Mix(hash, Word<ulong>(ref first, at));
        }

        return Fold(Mix(hash, Word<ulong>(ref first, value.Length - sizeof(ulong))));
    }

    private static T Word<T>(ref byte first, int at)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref first, at));

    private static ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word, 0x9E3779B97F4A7C15 ^ Seed, out var low);
        return high ^ low;
    }

    private static uint Fold(ulong hash) => (uint)(hash ^ (hash >> 32));

    private int Add(ReadOnlySpan<byte> value, uint hash)
    {
        _starts[Count] = _bytes.Count;
        _hashes[Count] = hash;
        if (valueBytes == 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value.Length);
            _bytes.Advance(sizeof(int));
        }

        _bytes.Append(value);
        return Count++;
    }

    private void Grow()
    {
        var slots = new int[Math.Max(FirstSlots, 2 * _slots.Length)];
        Array.Resize(ref _starts, slots.Length / 2);
        Array.Resize(ref _hashes, slots.Length / 2);
        for (var place = 0; place < Count; place++)
        {
            var slot = (int)_hashes[place] & (slots.Length - 1);
            while (slots[slot] > 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = place + 1;
        }

        _slots = slots;
    }
}
