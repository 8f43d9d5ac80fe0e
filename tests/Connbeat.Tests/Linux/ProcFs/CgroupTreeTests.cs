using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Linux.ProcFs;

/// <summary>On folders of an ordinary file system, which tell their numbers as the kernel's do.</summary>
public sealed class CgroupTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-cgroups-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Each_number_is_found_wherever_it_is()
    {
        ulong deep = Folder("kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope");
        ulong flat = Folder("docker");
        ulong odd = Folder(".a b:café");
        Folder("init.scope");
        File.WriteAllText(_root + "/cgroup.procs", "");

        Assert.Equal(
            new Dictionary<ulong, string>
            {
                [deep] = "/kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope",
                [flat] = "/docker",
                [odd] = "/.a b:café",
            },
            new CgroupTree(_root + "/").Find(new HashSet<ulong> { deep, flat, odd, 1 }));
    }

    [Fact]
    public void The_root_of_what_is_mounted_is_found_too()
    {
        LibC.TryStatus(System.Text.Encoding.UTF8.GetBytes(_root + '\0'), out FileStatus root);

        Assert.Equal("/", new CgroupTree(_root).Find(new HashSet<ulong> { root.Inode })[root.Inode]);
    }

    [Fact]
    public void A_file_and_a_link_are_no_groups()
    {
        File.WriteAllText(_root + "/file", "");
        Directory.CreateSymbolicLink(_root + "/link", "/");

        Assert.Empty(new CgroupTree(_root).Find(new HashSet<ulong> { InodeOf("file"), InodeOf("link") }));
    }

    [Fact]
    public void A_walk_reads_no_more_folders_than_it_may_and_goes_no_deeper()
    {
        foreach (int number in Enumerable.Range(0, 20))
        {
            Folder($"{number}");
        }

        ulong below = Folder("7/below");
        ulong deepest = Folder(string.Join('/', Enumerable.Repeat("d", CgroupTree.Deepest + 1)));
        ulong tooDeep = Folder(string.Join('/', Enumerable.Repeat("d", CgroupTree.Deepest + 2)));

        Assert.Empty(new CgroupTree(_root, mostFolders: 1).Find(new HashSet<ulong> { below }));
        Assert.Equal([deepest], new CgroupTree(_root).Find(new HashSet<ulong> { deepest, tooDeep }).Keys);
    }

    [Fact]
    public void A_folder_that_may_not_be_read_hides_only_what_is_in_it()
    {
        ulong hidden = Folder("closed/inside");
        ulong open = Folder("open/inside");
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_root + "/closed", UnixFileMode.None);
        HashSet<ulong> wanted = [hidden, open];

        Assert.Equal([open], UnprivilegedThread.Run(() => new CgroupTree(_root).Find(wanted)).Keys);
        File.SetUnixFileMode(_root + "/closed", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Where_there_is_no_hierarchy_nothing_is_found() =>
        Assert.Empty(new CgroupTree(_root + "/not-there").Find(new HashSet<ulong> { 5 }));

    private ulong Folder(string path)
    {
        Directory.CreateDirectory($"{_root}/{path}");
        return InodeOf(path);
    }

    private ulong InodeOf(string path)
    {
        Assert.Equal(0, LibC.TryStatus(System.Text.Encoding.UTF8.GetBytes($"{_root}/{path}\0"), out FileStatus status));
        return status.Inode;
    }
}
