using System.Globalization;

namespace Connbeat.Tests.Support;

/// <summary>A /proc of files in a folder of its own, with the processes that a test puts there.</summary>
internal sealed class ProcTree : IDisposable
{
    private int _discarded;

    public string Root { get; } = Directory.CreateTempSubdirectory("connbeat-proc-").FullName;

    /// <summary>A line of /proc/[pid]/stat with 52 fields, no two of which are equal by chance.</summary>
    public static string StatLine(
        int pid,
        string comm,
        int parentPid = 1,
        ulong startTicks = 4711,
        ulong stackStart = 140_728,
        ulong arguments = 94_512)
    {
        string[] fields = [.. Enumerable.Range(1, 52).Select(field => $"{900 + field}")];
        fields[0] = pid.ToString(CultureInfo.InvariantCulture);
        fields[1] = $"({comm})";
        fields[2] = "S";
        fields[3] = parentPid.ToString(CultureInfo.InvariantCulture);
        fields[7] = "-1";
        fields[21] = startTicks.ToString(CultureInfo.InvariantCulture);
        fields[27] = stackStart.ToString(CultureInfo.InvariantCulture);
        fields[47] = arguments.ToString(CultureInfo.InvariantCulture);
        return string.Join(' ', fields) + "\n";
    }

    /// <summary>Puts a process there that holds sockets.</summary>
    public ProcTree Process(int pid, string comm, params uint[] sockets)
    {
        Directory.CreateDirectory(Path(pid));
        Write(pid, "stat", StatLine(pid, comm));
        Write(pid, "status", $"Name:\t{comm}\nUid:\t0\t1\t2\t3\n");
        Write(pid, "cmdline", $"/usr/sbin/{comm}\0-D\0");
        Write(pid, "environ", "PATH=/bin\0LANG=C\0");
        Write(pid, "cgroup", $"0::/system.slice/{comm}.service\n");
        File.CreateSymbolicLink(Path(pid, "exe"), $"/usr/sbin/{comm}");
        Hold(pid, sockets);
        return this;
    }

    /// <summary>The process holds these sockets from now on; its change marker moves with the folder.</summary>
    public void Hold(int pid, params uint[] sockets)
    {
        Discard(Path(pid, "fd"));
        Directory.CreateDirectory(Path(pid, "fd"));
        File.CreateSymbolicLink(Path(pid, "fd/0"), "/dev/null");
        foreach ((int index, uint inode) in sockets.Index())
        {
            File.CreateSymbolicLink(Path(pid, $"fd/{index + 3}"), $"socket:[{inode}]");
        }
    }

    /// <summary>The first socket is closed and another opened in its place: the change marker stays.</summary>
    public void Swap(int pid, uint inode)
    {
        File.Delete(Path(pid, "fd/3"));
        File.CreateSymbolicLink(Path(pid, "fd/3"), $"socket:[{inode}]");
    }

    public void Write(int pid, string file, string content) => File.WriteAllText(Path(pid, file), content);

    public void End(int pid) => Discard(Path(pid));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Moves a folder out of sight: one that is deleted could leave its inode number to the next.</summary>
    private void Discard(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, $"{Root}/discarded-{_discarded++}");
        }
    }

    private string Path(int pid, string file = "") => $"{Root}/{pid}/{file}".TrimEnd('/');
}
