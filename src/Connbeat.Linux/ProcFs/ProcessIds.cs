using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>Lists the processes of a /proc: its folders whose names are numbers; proc(5).</summary>
internal sealed class ProcessIds(ProcReader proc)
{
    private readonly byte[] _entries = new byte[32 * 1024];

    /// <summary>Puts the ids of all processes into <paramref name="ids"/>, which is emptied first.</summary>
    /// <exception cref="KernelException">The tree itself cannot be read.</exception>
    public void Read(List<int> ids)
    {
        ids.Clear();
        using SafeFileHandle directory = proc.OpenRoot();
        while (true)
        {
            int length = LibC.ReadDirectory(directory, _entries);
            if (length < 0)
            {
                throw new KernelException("getdents64(/proc)", -length);
            }

            if (length == 0)
            {
                return;
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

    /// <summary>The process id that a name of /proc spells; false for names such as <c>meminfo</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out int pid) =>
        Utf8Parser.TryParse(name, out pid, out int consumed) && consumed == name.Length && pid > 0;
}
