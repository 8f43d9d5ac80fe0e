using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>Lists the processes of a /proc and their threads: folders whose names are numbers; proc(5).</summary>
internal sealed class ProcessIds(ProcReader proc)
{
    private readonly byte[] _entries = new byte[32 * 1024];

    /// <summary>Puts the ids of all processes into <paramref name="ids"/>, which is emptied first.</summary>
    /// <exception cref="KernelException">The tree itself cannot be read.</exception>
    public void Read(List<int> ids)
    {
        using SafeFileHandle directory = proc.OpenRoot();
        int errno = Read(directory, ids);
        if (errno != 0)
        {
            throw new KernelException("getdents64(/proc)", errno);
        }
    }

    /// <summary>Puts the ids of all threads of a process into <paramref name="ids"/>, which is emptied first.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that process.</exception>
    public Look TryReadThreads(int pid, List<int> ids)
    {
        ids.Clear();
        Look look = proc.TryOpenDirectory(pid, "task"u8, out SafeFileHandle? directory);
        using (directory)
        {
            if (directory is null)
            {
                return look;
            }

            int errno = Read(directory, ids);
            return errno == 0 ? Look.Seen : proc.Judge(errno, "getdents64", pid, "task"u8);
        }
    }

    /// <summary>The process id that a name of /proc spells; false for names such as <c>meminfo</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out int pid) =>
        Utf8Parser.TryParse(name, out pid, out int consumed) && consumed == name.Length && pid > 0;

    /// <returns>0, or the errno at which the folder could be read no further.</returns>
    private int Read(SafeFileHandle directory, List<int> ids)
    {
        ids.Clear();
        while (true)
        {
            int length = ReadEntries(directory);
            if (length <= 0)
            {
                return -length;
            }

            foreach (ReadOnlySpan<byte> name in new DirectoryEntries(_entries.AsSpan(0, length)))
            {
                if (TryParse(name[..^1], out int pid))
                {
                    ids.Add(pid);
                }
            }
        }
    }

    /// <summary>Where /proc hides processes, it is asked at each read who reads.</summary>
    private int ReadEntries(SafeFileHandle directory)
    {
        using LentRights.Loan loan = LentRights.Take();
        return LibC.ReadDirectory(directory, _entries);
    }
}
