using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class MountInfoTests
{
    [Theory]
    [InlineData("66 64 0:4 net:[4026532178] /run/netns/blue rw shared:2 - nsfs nsfs rw",
        "net:[4026532178]", "/run/netns/blue", "nsfs", "nsfs")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 unbindable - ext3 /dev/root rw,errors=continue",
        "/mnt1", "/mnt2", "ext3", "/dev/root")]
    [InlineData("43 42 254:0 / / rw,relatime - ext4 /dev/vda rw", "/", "/", "ext4", "/dev/vda")]
    [InlineData("69 63 0:41 / /run/none rw,relatime - tmpfs  rw", "/", "/run/none", "tmpfs", "")]
    [InlineData("1 0 0:1 / /- - - - rw", "/", "/-", "-", "rw")]
    [InlineData("1 0 0:1 - - - - overlay overlay rw", "-", "-", "overlay", "overlay")]
    [InlineData(@"1 0 0:1 / /a\040b\134c\011d\012e\043f rw - fuse.x\040y odd\040source\043 rw",
        "/", "/a b\\c\td\ne#f", "fuse.x y", "odd source#")]
    [InlineData(@"1 0 0:1 / /caf\303\251 rw - tmpfs run rw", "/", "/café", "tmpfs", "run")]
    [InlineData(@"1 0 0:1 / /a\04 rw - tmpfs \ rw", "/", @"/a\04", "tmpfs", @"\")]
    [InlineData(@"1 0 0:1 / /a\400\089 rw - tmpfs \\040 rw", "/", @"/a\400\089", "tmpfs", @"\ ")]
    public void A_line_tells_what_is_mounted_where(
        string line, string root, string mountPoint, string fileSystem, string source)
    {
        Assert.True(MountInfo.TryParse(Encoding.UTF8.GetBytes(line), out MountInfo mount));
        Assert.Equal(new MountInfo(root, mountPoint, fileSystem, source), mount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("66 64 0:4 net:[4026532178] /run/netns/blue rw")]
    [InlineData("66 64 0:4 net:[4026532178] /run/netns/blue rw shared:2 -")]
    [InlineData("66 64 0:4 net:[4026532178] /run/netns/blue rw shared:2 - nsfs")]
    [InlineData("66 64 0:4 net:[4026532178] /run/netns/blue rw shared:2 nsfs nsfs rw")]
    [InlineData("- - - - -")]
    public void Anything_else_is_no_line(string line) =>
        Assert.False(MountInfo.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Damaged_bytes_are_a_line_or_none()
    {
        int lines = 0;
        int refused = Support.Damage.Inflict(
            Encoding.UTF8.GetBytes(@"68 63 0:40 / /run/two\040words rw shared:2 - tmpfs odd\040source\043 rw"),
            bytes => lines += MountInfo.TryParse(bytes, out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(lines, 1000, 49_000);
    }

    [Fact]
    public void All_that_a_kernel_told_is_read()
    {
        using ProcTree tree = Tree(File.ReadAllText(Fixture.At("procfs/mountinfo-linux-6.18.txt")));

        IReadOnlyList<MountInfo> mounts = MountInfo.Read(new ProcReader(tree.Root));

        Assert.Equal(22, mounts.Count);
        Assert.Equal(
            [
                new MountInfo("/", "/run", "tmpfs", "run"),
                new MountInfo("/netns", "/run/netns", "tmpfs", "run"),
                new MountInfo("net:[4026532178]", "/run/docker/netns/1a2b3c4d5e6f", "nsfs", "nsfs"),
                new MountInfo("net:[4026532178]", "/run/netns/blue", "nsfs", "nsfs"),
                new MountInfo("uts:[4026531838]", @"/run/a b\c/x", "nsfs", "nsfs"),
                new MountInfo("/", "/run/two words\tand a tab", "tmpfs", "odd source#"),
                new MountInfo("/", "/run/none", "tmpfs", ""),
            ],
            mounts.Skip(15));
    }

    [Fact]
    public void A_file_of_megabytes_is_read_to_its_end()
    {
        StringBuilder content = new();
        for (int mount = 0; mount < 20_000; mount++)
        {
            content.Append($"{mount} 1 0:40 / /var/lib/containers/{mount}/{new string('m', 100)} rw - overlay o rw\n");
        }

        using ProcTree tree = Tree(content.ToString());

        IReadOnlyList<MountInfo> mounts = MountInfo.Read(new ProcReader(tree.Root));

        Assert.Equal(20_000, mounts.Count);
        Assert.StartsWith("/var/lib/containers/19999/m", mounts[^1].MountPoint);
    }

    [Fact]
    public void The_machine_has_a_root_and_a_proc()
    {
        IReadOnlyList<MountInfo> mounts = MountInfo.Read(new ProcReader("/proc"));

        Assert.Contains(mounts, mount => mount.MountPoint == "/");
        Assert.Contains(mounts, mount => mount is { MountPoint: "/proc", FileSystem: "proc" });
    }

    [Fact]
    public void Without_the_file_there_is_none()
    {
        using ProcTree tree = new();

        Assert.Empty(MountInfo.Read(new ProcReader(tree.Root)));
    }

    private static ProcTree Tree(string content)
    {
        ProcTree tree = new();
        Directory.CreateDirectory(tree.Root + "/self");
        File.WriteAllText(tree.Root + "/self/mountinfo", content);
        return tree;
    }
}
