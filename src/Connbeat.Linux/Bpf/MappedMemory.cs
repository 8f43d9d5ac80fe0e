using System.Runtime.InteropServices;

namespace Connbeat.Linux.Bpf;

/// <summary>Part of a file in memory, shared with whoever else maps it; mmap(2). Its spans end with it.</summary>
internal sealed unsafe class MappedMemory : SafeHandle
{
    private readonly int _length;
    private readonly bool _isWritable;

    /// <summary>Maps so many bytes from an offset on, both multiples of the page size.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public MappedMemory(SafeHandle file, int offset, int length, bool isWritable)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        (_length, _isWritable) = (length, isWritable);
        SetHandle(LibBpf.MapMemory(file, offset, length, isWritable));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Bytes => new((void*)Open, _length);

    /// <summary>All of it, to be written to.</summary>
    public Span<byte> Writable => _isWritable
        ? new((void*)Open, _length)
        : throw new InvalidOperationException("This memory was mapped to be read.");

    private nint Open => !IsClosed ? handle : throw new ObjectDisposedException(nameof(MappedMemory));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibBpf.UnmapMemory(handle, _length);
}
