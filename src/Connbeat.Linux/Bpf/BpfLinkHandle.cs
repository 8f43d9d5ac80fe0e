using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>A link of libbpf: as long as it lives, the kernel calls a program.</summary>
internal sealed class BpfLinkHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes over a link.</summary>
    public BpfLinkHandle(nint made)
        : base(ownsHandle: true) => SetHandle(made);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibBpf.Detach(handle) == 0;
}
