using Connbeat.Linux.ProcFs;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Namespaces;

/// <summary>
/// How many sockets there are in the network namespace of the thread that made this: open handles of its
/// /proc/net/sockstat and sockstat6, which go on telling of that namespace wherever they are read. Two microseconds a
/// table, where a dump walks the hash table that all namespaces share. One thread at a time.
/// </summary>
internal sealed class NamespaceStatistics : IDisposable
{
    private readonly SafeFileHandle? _ipv4 = LibC.TryOpen("/proc/thread-self/net/sockstat\0"u8, directory: false, out _);
    private readonly SafeFileHandle? _ipv6 = LibC.TryOpen("/proc/thread-self/net/sockstat6\0"u8, directory: false, out _);

    /// <summary>False where the kernel counts no socket of that kind; true also where it does not tell.</summary>
    public bool MayHave(Transport transport)
    {
        if (_ipv4 is null || SocketStatistics.Read(_ipv4, _ipv6) is not { } statistics)
        {
            return true;
        }

        return (transport is Transport.Udp ? statistics.Udp : statistics.Tcp) > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ipv4?.Dispose();
        _ipv6?.Dispose();
    }
}
