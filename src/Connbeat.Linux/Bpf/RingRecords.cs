using System.Runtime.InteropServices;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// Walks the records of a ring buffer in place: linux/bpf.h, BPF_RINGBUF_HDR_SZ and kernel/bpf/ringbuf.c. A record begins at
/// a multiple of 8 with its length, whose upper bits say that it is still written or to be passed over, and 4 bytes more.
/// Arithmetic only: no memory of the kernel's is needed to walk.
/// </summary>
/// <param name="data">The ring's memory, which is there twice, one behind the other, so that no record is torn.</param>
/// <param name="from">Where the reader stands; it counts on from round to round.</param>
/// <param name="to">Where the writers stand.</param>
internal ref struct RingRecords(ReadOnlySpan<byte> data, ulong from, ulong to)
{
    private const int HeaderSize = 8;
    private const uint Busy = 1u << 31, Discarded = 1u << 30; // BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT

    private readonly ReadOnlySpan<byte> _data = data;
    private readonly int _size = data.Length / 2;

    /// <summary>The record that was reached.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Where the reader stands behind <see cref="Current"/>.</summary>
    public ulong Position { get; private set; } = from;

    /// <summary>Goes to the next record that is written to its end.</summary>
    /// <exception cref="WireFormatException">Its length is not that of a record.</exception>
    public bool MoveNext()
    {
        while (Position < to)
        {
            int at = (int)(Position & (uint)(_size - 1));
            uint header = Volatile.Read(in MemoryMarshal.AsRef<uint>(_data[at..]));
            if ((header & Busy) != 0)
            {
                return false;
            }

            uint length = header & ~Discarded;
            ulong taken = (length + HeaderSize + 7) & ~7ul;
            if (taken > (ulong)_size || taken > to - Position)
            {
                throw new WireFormatException($"a ring record of {length} bytes with {to - Position} left in a ring of {_size}");
            }

            Position += taken;
            if ((header & Discarded) == 0)
            {
                Current = _data.Slice(at + HeaderSize, (int)length);
                return true;
            }
        }

        return false;
    }
}
