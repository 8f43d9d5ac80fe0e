using Connbeat.Linux;

namespace Connbeat.Capture;

/// <summary>
/// Files that stand in for /proc/net/tcp and /proc/net/tcp6, read anew at every poll: the original's
/// <c>PROC_NET_TCP</c> and <c>PROC_NET_TCP6</c>.
/// </summary>
/// <param name="Tcp">Path of the first; null for the kernel's own.</param>
/// <param name="Tcp6">Path of the second; null for the kernel's own.</param>
internal sealed record ProcNetFiles(string? Tcp, string? Tcp6)
{
    /// <summary>No file stands in for anything.</summary>
    public static readonly ProcNetFiles None = new(null, null);

    /// <summary>What the environment names.</summary>
    public static ProcNetFiles FromEnvironment() => new(Variable("PROC_NET_TCP"), Variable("PROC_NET_TCP6"));

    /// <summary>The file to read for a table; null for the kernel's own.</summary>
    public string? Of(Transport transport, bool ipv6) => transport is Transport.Udp ? null : ipv6 ? Tcp6 : Tcp;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } path ? path : null;
}
