using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>What the scanner remembers of one process between its looks.</summary>
internal sealed class WatchedProcess(int pid)
{
    /// <summary>A timestamp before all others.</summary>
    public const long Never = long.MinValue;

    /// <summary>Its process id.</summary>
    public int Pid { get; } = pid;

    /// <summary>The round that last found it alive.</summary>
    public int Round { get; set; }

    /// <summary>
    /// Inode number and size of its fd folder, now. The number is another for another process with the same pid, the
    /// size counts descriptors since Linux 6.2 and is 0 before: a pair that stays tells that little has happened.
    /// </summary>
    public FileStatus Marker { get; set; }

    /// <summary>That pair when its descriptors were last read.</summary>
    public FileStatus MarkerWhenRead { get; set; }

    /// <summary>When its descriptors were last read, or were tried to.</summary>
    public long ReadAt { get; set; } = Never;

    /// <summary>When it was last found to hold a wanted socket; a new process counts as if it had.</summary>
    public long LikelyAt { get; set; }

    /// <summary>True where its descriptors may not be read.</summary>
    public bool Denied { get; set; }

    /// <summary>Its stat when <see cref="Facts"/> were made.</summary>
    public ProcessStat Stat { get; set; }

    /// <summary>Its facts as last told; null while it holds no socket.</summary>
    public ProcessFacts? Facts { get; set; }

    /// <summary>The sockets it holds, as last told: sorted, each once.</summary>
    public uint[] SocketInodes { get; set; } = [];

    /// <summary>True where descriptors were opened or closed since they were read, or never were.</summary>
    public bool IsDirty => ReadAt == Never || Marker != MarkerWhenRead;

    /// <summary>What the directory knows it by.</summary>
    public ProcessKey Key => new(Pid, Stat.StartTicks);
}
