using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class SystemdUnitTests
{
    [Theory]
    [InlineData("/system.slice/ssh.service", "ssh.service")]
    [InlineData("/init.scope", "init.scope")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope", "session-2.scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/editor.service", "editor.service")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice", "user@1000.service")]
    [InlineData("/system.slice/system-getty.slice", "system-getty.slice")]
    [InlineData("/system.slice/ssh.service/worker", "ssh.service")]
    [InlineData("/system.slice/_cpu.service", "cpu.service")]
    [InlineData("/system.slice/__cpu.service", "_cpu.service")]
    [InlineData(@"/system.slice/dev-disk\x2dby.swap", @"dev-disk\x2dby.swap")]
    [InlineData("/system.slice/old.service (deleted)", "old.service")]
    [InlineData("/a:b/c.mount", "c.mount")]
    [InlineData("/docker/0123456789abcdef", null)]
    [InlineData("/.service", null)]
    [InlineData("/", null)]
    [InlineData("", null)]
    public void The_deepest_unit_of_the_path_is_told(string path, string? unit) =>
        Assert.Equal(unit, SystemdUnit.Of(path));

    [Theory]
    [InlineData("0::/system.slice/a.service\n", "a.service")]
    [InlineData("5:cpu:/system.slice/a.service\n1:name=systemd:/system.slice/b.service\n", "b.service")]
    [InlineData("0::/system.slice/a.service\n1:name=systemd:/system.slice/b.service\n", "b.service")]
    [InlineData("1:name=systemd:/\n0::/system.slice/a.service\n", "a.service")]
    [InlineData("5:cpu:/system.slice/a.service\n", null)]
    [InlineData("", null)]
    public void Only_the_hierarchies_of_systemd_count(string content, string? unit) =>
        Assert.Equal(unit, SystemdUnit.Of(Cgroup.Parse(Encoding.UTF8.GetBytes(content))));
}
