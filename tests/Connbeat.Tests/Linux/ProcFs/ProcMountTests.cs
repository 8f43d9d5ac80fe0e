using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcMountTests
{
    [Theory]
    [InlineData("rw", null)]
    [InlineData("rw,hidepid=invisible,gid=27", "invisible")]
    [InlineData("rw,gid=27,hidepid=2", "2")]
    [InlineData("rw,hidepid=ptraceable", "ptraceable")]
    [InlineData("rw,hidepid=0", null)]
    [InlineData("rw,hidepid=off,subset=pid", null)]
    public void Its_own_options_tell_whether_processes_are_hidden(string options, string? hides)
    {
        byte[] line = Encoding.UTF8.GetBytes($"22 27 0:21 / /proc rw,relatime,hidepid=9 - proc proc {options}");

        Assert.True(ProcMount.TryParse(line, "/proc", out ProcMount mount));
        Assert.Equal(hides, mount.Hides);
    }

    [Theory]
    [InlineData("22 27 0:21 / /srv/proc rw - proc proc rw,hidepid=2")]
    [InlineData("22 27 0:21 / /proc rw - tmpfs proc rw,hidepid=2")]
    [InlineData("22 27 0:21 / /proc rw")]
    public void What_is_mounted_elsewhere_or_is_none_does_not_count(string line) =>
        Assert.False(ProcMount.TryParse(Encoding.UTF8.GetBytes(line), "/proc", out _));

    [Fact]
    public void The_one_that_was_mounted_last_is_the_one_that_is_seen()
    {
        using ProcTree tree = new();
        Directory.CreateDirectory($"{tree.Root}/self");
        File.WriteAllText(
            $"{tree.Root}/self/mountinfo",
            $"22 27 0:21 / {tree.Root} rw - proc proc rw,hidepid=2\n23 22 0:22 / {tree.Root} rw - proc proc rw,hidepid=1\n" +
            "24 27 0:23 / /sys rw - sysfs sysfs rw\n");

        Assert.Equal(new ProcMount("1"), ProcMount.Read(new ProcReader(tree.Root)));
    }

    [Fact]
    public void Damaged_bytes_are_a_mount_or_none()
    {
        int mounts = 0;
        int refused = Support.Damage.Inflict(
            Encoding.UTF8.GetBytes("22 27 0:21 / /proc rw,relatime shared:3 - proc proc rw,gid=27,hidepid=invisible"),
            bytes => mounts += ProcMount.TryParse(bytes, "/proc", out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(mounts, 1000, 49_000);
    }

    [Fact]
    public void A_folder_of_files_is_no_mount()
    {
        using ProcTree tree = new();

        Assert.Null(ProcMount.Read(new ProcReader(tree.Root)));
    }
}
