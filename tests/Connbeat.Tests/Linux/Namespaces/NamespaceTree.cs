using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Linux.Namespaces;

/// <summary>
/// A /proc in a folder of its own, with processes and threads in network namespaces. As in the kernel's, the tables of a
/// namespace are the same files for all that are in it. A link that is denied is so for everybody but root.
/// </summary>
internal sealed class NamespaceTree : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-proc-").FullName;
    private readonly List<string> _denied = [];

    public NamespaceTree()
    {
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(_root + "/self");
        Mounts();
    }

    public NamespaceCensus Census() => new(new ProcReader(_root));

    /// <summary>A look of somebody who may not read what was denied.</summary>
    public static T AsNobody<T>(Func<T> look) => UnprivilegedThread.Run(look);

    /// <summary>Puts a process and its first thread there; one that was there is in this namespace from now on.</summary>
    public NamespaceTree Process(int pid, uint id) => Join($"{pid}", id).Thread(pid, pid, id);

    public NamespaceTree Thread(int pid, int tid, uint id) => Join($"{pid}/task/{tid}", id);

    /// <summary>Nobody but root may read where a process or thread is.</summary>
    public NamespaceTree Deny(int pid, int? tid = null)
    {
        string folder = tid is null ? $"{_root}/{pid}/ns" : $"{_root}/{pid}/task/{tid}/ns";
        File.SetUnixFileMode(folder, UnixFileMode.None);
        _denied.Add(folder);
        return this;
    }

    /// <summary>A process that hides its tables too, as the mount option hidepid makes it.</summary>
    public NamespaceTree Hide(int pid)
    {
        File.Delete($"{_root}/{pid}/net");
        return Deny(pid);
    }

    public void End(int pid)
    {
        Allow();
        Directory.Delete($"{_root}/{pid}", recursive: true);
    }

    /// <summary>The process is listed, but ends before its link is read.</summary>
    public NamespaceTree Unlink(int pid)
    {
        File.Delete($"{_root}/{pid}/ns/net");
        return this;
    }

    /// <summary>The namespace of a process has another number from now on, and the same tables.</summary>
    public NamespaceTree Renumber(int pid, uint id)
    {
        Link($"{_root}/{pid}/ns/net", $"net:[{id}]");
        return this;
    }

    /// <summary>These are mounted, as kind:[number] and mount point, beside what is no namespace.</summary>
    public NamespaceTree Mounts(params (string Root, string MountPoint)[] mounts)
    {
        IEnumerable<string> lines = mounts.Select(mount => $"65 63 0:4 {mount.Root} {mount.MountPoint} rw - nsfs nsfs rw");
        File.WriteAllLines(
            _root + "/self/mountinfo",
            [@"63 43 0:39 / /run rw - tmpfs run rw", .. lines, @"69 63 0:41 net:[7] /x rw - tmpfs nsfs rw"]);
        return this;
    }

    /// <summary>What is mounted cannot be read any more, for a reason that is not of any process.</summary>
    public void Spoil()
    {
        File.Delete(_root + "/self/mountinfo");
        Directory.CreateDirectory(_root + "/self/mountinfo");
    }

    /// <summary>The number by which everybody may know a namespace.</summary>
    public uint NetInode(uint id)
    {
        new ProcReader(_root).TryStatus(0, Encoding.UTF8.GetBytes($"nets/{id}/tcp"), out FileStatus status);
        return (uint)status.Inode;
    }

    public void Dispose()
    {
        Allow();
        Directory.Delete(_root, recursive: true);
    }

    private NamespaceTree Join(string folder, uint id)
    {
        string tables = $"{_root}/nets/{id}";
        Directory.CreateDirectory(tables);
        File.WriteAllText(tables + "/tcp", "");
        Directory.CreateDirectory($"{_root}/{folder}/ns");
        Link($"{_root}/{folder}/ns/net", $"net:[{id}]");
        Link($"{_root}/{folder}/net", tables);
        return this;
    }

    private static void Link(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    private void Allow()
    {
        foreach (string folder in _denied.Where(Directory.Exists))
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }
    }
}
