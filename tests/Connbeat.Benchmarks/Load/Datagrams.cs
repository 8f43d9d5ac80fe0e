using System.Diagnostics;
using System.Globalization;

namespace Connbeat.Benchmarks.Load;

/// <summary>Packets over loopback, from datagrams.c, in a network namespace of its own: what sending and receiving them took.</summary>
/// <param name="Packets">How many.</param>
/// <param name="Cpu">Of the one process with both ends, in milliseconds.</param>
internal sealed record Datagrams(int Packets, double Cpu)
{
    private const string Alone = "ip link set lo up && exec setpriv --pdeathsig KILL \"$0\" \"$@\"";

    private const string Tracked =
        "nft add table inet t && nft 'add chain inet t c { type filter hook input priority 0; }' && " +
        "nft add rule inet t c ct state new accept && echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct && " + Alone;

    /// <summary>What a packet costs who sends and receives it, in microseconds of CPU.</summary>
    public double Each => 1000 * Cpu / Packets;

    /// <summary>Sends and receives them.</summary>
    /// <param name="program">The compiled datagrams.c.</param>
    /// <param name="mode">How: see there.</param>
    /// <param name="packets">How many.</param>
    /// <param name="peers">To how many addresses.</param>
    /// <param name="port">That of the server.</param>
    /// <param name="isTracked">True: the kernel's connection tracking counts each flow's packets and bytes.</param>
    /// <exception cref="InvalidOperationException">They could not be sent; the program said why on stderr.</exception>
    public static Datagrams Make(string program, string mode, int packets, int peers, int port, bool isTracked = false)
    {
        using Process load = Start(program, mode, packets, peers, rate: 0, port, isTracked);
        string[] told = load.StandardOutput.ReadToEnd().Split(' ');
        load.WaitForExit();
        return load.ExitCode == 0
            ? new(packets, double.Parse(told[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{program} {mode} exited with {load.ExitCode}");
    }

    /// <summary>Begins to send and receive so many a second.</summary>
    public static Process Start(
        string program, string mode, int packets, int peers, int rate, int port, bool isTracked = false)
    {
        string[] numbers = [.. new[] { packets, peers, rate, port }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return Process.Start(new ProcessStartInfo(
            "unshare", ["--net", "sh", "-c", isTracked ? Tracked : Alone, program, mode, .. numbers])
        {
            RedirectStandardOutput = true,
        })!;
    }
}
