using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class CgroupTests
{
    private const string Hybrid =
        "12:cpu,cpuacct:/system.slice/ssh.service\n1:name=systemd:/system.slice/ssh.service\n" +
        "0::/system.slice/ssh.service\n";

    [Theory]
    [InlineData("0::/init.scope", 0, "", "/init.scope")]
    [InlineData("4:net_cls,net_prio:/", 4, "net_cls,net_prio", "/")]
    [InlineData("1:name=systemd:/a:b/c::d", 1, "name=systemd", "/a:b/c::d")]
    [InlineData("0::/../../outside", 0, "", "/../../outside")]
    public void A_line_is_hierarchy_controllers_and_path(string line, int hierarchy, string controllers, string path)
    {
        Assert.True(Cgroup.TryParse(Encoding.UTF8.GetBytes(line), out Cgroup group));
        Assert.Equal(new Cgroup(hierarchy, controllers, path), group);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x::/")]
    [InlineData("-1::/")]
    [InlineData("7")]
    [InlineData("7:cpu")]
    [InlineData("99999999999::/")]
    public void Anything_else_is_no_line(string line) =>
        Assert.False(Cgroup.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void A_line_that_is_none_does_not_hide_the_others() =>
        Assert.Equal(
            [new Cgroup(3, "cpu", "/a"), new Cgroup(0, "", "/b")],
            Cgroup.Parse("3:cpu:/a\nrubbish\n0::/b\n"u8));

    [Fact]
    public void Damaged_bytes_give_as_many_lines_as_can_be_read()
    {
        foreach (byte[] damaged in Damage.Of(Encoding.UTF8.GetBytes(Hybrid)))
        {
            Assert.InRange(Cgroup.Parse(damaged).Count, 0, 4);
        }
    }
}
