using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// The ring that programs write records to, read without a system call for each; linux/bpf.h, BPF_MAP_TYPE_RINGBUF. One
/// thread at a time.
/// </summary>
internal sealed class RingBuffer : IDisposable
{
    private readonly MappedMemory _consumer;
    private readonly MappedMemory _producer;
    private readonly int _pageSize = Environment.SystemPageSize;

    /// <summary>Maps a ring of so many bytes, a power of two.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public RingBuffer(int descriptor, int size)
    {
        Handle = new SafeFileHandle(descriptor, ownsHandle: false);
        _consumer = new MappedMemory(Handle, 0, _pageSize, isWritable: true);
        try
        {
            _producer = new MappedMemory(Handle, _pageSize, _pageSize + (2 * size), isWritable: false);
        }
        catch
        {
            _consumer.Dispose();
            throw;
        }
    }

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle { get; }

    /// <summary>Passes on what is in the ring now, and makes room.</summary>
    /// <param name="reader">Takes each record.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>How many records there were.</returns>
    /// <exception cref="WireFormatException">The ring's memory is not that of a ring.</exception>
    public int Read(RecordReader reader, int most = int.MaxValue)
    {
        ref ulong consumed = ref MemoryMarshal.AsRef<ulong>(_consumer.Writable);
        ulong produced = Volatile.Read(in MemoryMarshal.AsRef<ulong>(_producer.Bytes));
        RingRecords records = new(_producer.Bytes[_pageSize..], consumed, produced);
        int count = 0;
        while (count < most && records.MoveNext())
        {
            count++;
            reader(records.Current);
            Volatile.Write(ref consumed, records.Position); // the room can be used again at once
        }

        Volatile.Write(ref consumed, records.Position);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _producer.Dispose();
        _consumer.Dispose();
        Handle.Dispose();
    }
}

/// <summary>Takes one record, whose bytes are gone when it returns.</summary>
internal delegate void RecordReader(ReadOnlySpan<byte> record);
