using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Capture;

/// <summary>
/// Looks by the tables of /proc/net, which every kernel and every user has: what lives at a poll is seen, and nothing of
/// what comes and goes between two.
/// </summary>
internal sealed class ProcfsEngine(ProcReader proc, ProcNetFiles files) : ICaptureEngine
{
    private readonly ProcNetReader _tables = new(proc);

    /// <inheritdoc/>
    public string Name => "procfs";

    /// <inheritdoc/>
    public INamespaceView OpenOwn() => new ProcView(NetworkNamespace.Current(), _tables, proc, files);

    /// <inheritdoc/>
    public INamespaceView? Open(FoundNamespace found) => found.Pids.Count > 0 ? new ProcView(found, _tables, proc) : null;
}
