using System.Text;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// A program that connbeat takes the place of: with its flags, its port and its pages, by its name or as a sub-command.
/// </summary>
/// <param name="Link">The name of the program: called by it, connbeat is that program.</param>
/// <param name="Command">The sub-command.</param>
/// <param name="Description">What it does, for the help.</param>
/// <param name="RunAsync">Runs it with its arguments, and returns its exit code.</param>
internal sealed record DropIn(string Link, string Command, string Description, Func<string[], Task<int>> RunAsync)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<DropIn> All =
    [
        new("cnxwatch_exporter", "cnxwatch", "Whether watched sockets are there, as cnxwatch_exporter tells it.", CnxwatchExporter.RunAsync),
        new(
            "conntrack_exporter", "conntrack", "Connections per remote host, as conntrack_exporter tells them.",
            ConntrackExporter.RunAsync),
        new("ipsec_exporter", "ipsec-vici", "The SAs of strongSwan, as the ipsec_exporter that asks VICI tells them.", ViciExporter.RunAsync),
        new("ipsec-exporter", "ipsec-status", "The tunnels of ipsec.conf, as ipsec-exporter tells them.", IpsecStatusExporter.RunAsync),
    ];

    /// <summary>The one that is asked for, and its arguments; null where connbeat itself is.</summary>
    /// <param name="program">The name that this program was called by.</param>
    /// <param name="arguments">What stands behind it.</param>
    public static (DropIn DropIn, string[] Arguments)? Of(string program, string[] arguments)
    {
        if (All.FirstOrDefault(known => known.Link == program) is { } linked)
        {
            return (linked, arguments);
        }

        return arguments is [var command, .. var rest] && All.FirstOrDefault(known => known.Command == command) is { } named
            ? (named, rest)
            : null;
    }

    /// <summary>The name that this program was called by, as the kernel has it; proc_pid_cmdline(5).</summary>
    public static string ProgramName()
    {
        try
        {
            ReadOnlySpan<byte> line = File.ReadAllBytes("/proc/self/cmdline");
            int end = line.IndexOf((byte)0);
            return Path.GetFileName(Encoding.UTF8.GetString(end < 0 ? line : line[..end]));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
