using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Enrichment;

public sealed class CgroupScannerTests : IDisposable
{
    private static readonly string Id = new('c', 64);

    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-cgroups-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Each_wanted_group_has_an_answer()
    {
        ulong container = Folder($"system.slice/docker-{Id}.scope");
        ulong service = Folder("system.slice/ssh.service");
        ulong plain = Folder("plain");
        CgroupScanner scanner = new(new CgroupTree(_root), new SharedContainers());

        Assert.Equal(
            new Dictionary<ulong, CgroupFacts?>
            {
                [container] = new($"docker-{Id}.scope", new ContainerFacts { Id = Id, Runtime = "docker" }),
                [service] = new("ssh.service", null),
                [plain] = new(null, null),
                [ulong.MaxValue] = null,
            },
            scanner.Look(new HashSet<ulong> { container, service, plain, ulong.MaxValue }));
        Assert.Empty(scanner.Look(new HashSet<ulong>()));
    }

    [Fact]
    public void Without_a_hierarchy_nothing_is_there() =>
        Assert.Equal(
            new Dictionary<ulong, CgroupFacts?> { [5] = null },
            new CgroupScanner(null, new SharedContainers()).Look(new HashSet<ulong> { 5 }));

    private ulong Folder(string path)
    {
        Directory.CreateDirectory($"{_root}/{path}");
        Assert.Equal(0, LibC.TryStatus(System.Text.Encoding.UTF8.GetBytes($"{_root}/{path}\0"), out FileStatus status));
        return status.Inode;
    }
}
