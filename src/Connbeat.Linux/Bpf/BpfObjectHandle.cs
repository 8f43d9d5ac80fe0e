using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>An object of libbpf: maps and programs. They go with it.</summary>
internal sealed class BpfObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes over an object.</summary>
    public BpfObjectHandle(nint opened)
        : base(ownsHandle: true) => SetHandle(opened);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibBpf.Close(handle);
        return true;
    }
}
