using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class BootIdTests
{
    [Fact]
    public void The_machine_has_one() =>
        Assert.Equal(
            Guid.Parse(File.ReadAllText("/proc/sys/kernel/random/boot_id")), BootId.Read(new ProcReader("/proc/")));

    [Theory]
    [InlineData("")]
    [InlineData("1ae0c2c0-6ff8-4c29-8a43-7a4cb6a3a9b")]
    [InlineData("1ae0c2c0-6ff8-4c29-8a43-7a4cb6a3a9be0\n")]
    [InlineData("{1ae0c2c0-6ff8-4c29-8a43-7a4cb6a3a9be}")]
    public void Anything_else_is_none(string content) =>
        Assert.False(BootId.TryParse(Encoding.UTF8.GetBytes(content), out _));
}
