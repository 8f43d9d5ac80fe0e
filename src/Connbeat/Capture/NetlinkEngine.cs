using System.Net.Sockets;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Looks by sock_diag(7): dumps, and in between the kernel's word on each socket that it destroys. A namespace that this
/// user may not enter is read from /proc instead.
/// </summary>
/// <param name="transports">What is watched.</param>
/// <param name="proc">Where processes are found.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="receiveBufferBytes">For the messages of the agent's own namespace.</param>
internal sealed class NetlinkEngine(
    IReadOnlyList<Transport> transports,
    ProcReader proc,
    CaptureHappenings happened,
    int receiveBufferBytes = NetlinkEngine.OwnBufferBytes) : ICaptureEngine
{
    /// <summary>The receive buffer that is asked for in the agent's own namespace.</summary>
    public const int OwnBufferBytes = 32 * 1024 * 1024;

    private const int OtherBufferBytes = 2 * 1024 * 1024;

    private readonly ProcNetReader _tables = new(proc);

    /// <summary>
    /// True where eBPF programs tell what matters most: a namespace that may not be entered is then left to them.
    /// </summary>
    public bool IsHelper { get; init; }

    /// <summary>False where eBPF programs tell also of the ends that would be heard of here.</summary>
    public bool HearsEnds { get; init; } = true;

    /// <inheritdoc/>
    public string Name => "netlink";

    /// <inheritdoc/>
    public INamespaceView OpenOwn()
    {
        NetlinkView own = new(NetworkNamespace.Current(), receiveBufferBytes, Heard, statistics: null);
        try
        {
            own.Probe(transports);
        }
        catch
        {
            own.Dispose();
            throw;
        }

        if (!IsHelper && own.Destroyed is { } destroyed)
        {
            happened.Opened(Name, destroyed.GrantedBufferBytes, receiveBufferBytes);
        }

        return own;
    }

    /// <inheritdoc/>
    public INamespaceView? Open(FoundNamespace found)
    {
        const int NotPermitted = 1, NoEntry = 2, NoSuchProcess = 3, NoAccess = 13; // EPERM, ENOENT, ESRCH, EACCES

        try
        {
            if (PathOf(found) is { } path)
            {
                return NetworkNamespace.Inside(path, found.Id, () => NetlinkView.OpenHere(OtherBufferBytes, Heard));
            }

            // All that the census could see of it are processes of others.
            NotEntered(new KernelException($"readlink({proc.Root}/{found.Pids[0]}/ns/net)", NoAccess));
        }
        catch (KernelException failure) when (failure.Errno is NoEntry or NoSuchProcess)
        {
            return null; // its process has just ended; the next census finds another, or that the namespace is gone
        }
        catch (KernelException failure) when (failure.Errno is NotPermitted or NoAccess)
        {
            NotEntered(failure);
        }
        catch (SocketException failure)
        {
            NotEntered(failure);
        }

        if (IsHelper)
        {
            return new UnenteredView(found.Id);
        }

        return found.Pids.Count > 0 ? new ProcView(found, _tables, proc) : null;
    }

    private IReadOnlyList<Transport>? Heard => HearsEnds ? transports : null;

    private void NotEntered(Exception failure)
    {
        if (!IsHelper)
        {
            happened.NamespacesNotEntered(failure);
        }
    }

    private string? PathOf(FoundNamespace found) => found.MountPoint ??
        (found.OpenablePid != 0 ? $"{proc.Root}/{found.OpenablePid}/ns/net" : null);
}
