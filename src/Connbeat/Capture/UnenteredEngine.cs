using Connbeat.Linux.Namespaces;

namespace Connbeat.Capture;

/// <summary>Looks into no namespace at all: where netlink is forbidden, eBPF programs tell what they can by themselves.</summary>
internal sealed class UnenteredEngine : ICaptureEngine
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public INamespaceView OpenOwn() => new UnenteredView(NetworkNamespace.Current());

    /// <inheritdoc/>
    public INamespaceView? Open(FoundNamespace found) => new UnenteredView(found.Id);
}
