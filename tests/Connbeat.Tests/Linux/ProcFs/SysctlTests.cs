using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class SysctlTests
{
    [Theory]
    [InlineData("4194304\n", 4_194_304)]
    [InlineData("0", 0)]
    [InlineData("-1\n", -1)]
    public void A_number_is_read(string content, long expected)
    {
        Assert.True(Sysctl.TryParse(Encoding.UTF8.GetBytes(content), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4096\t131072\t6291456\n")]
    [InlineData("cubic\n")]
    [InlineData("99999999999999999999\n")]
    public void Anything_else_is_none(string content) =>
        Assert.False(Sysctl.TryParse(Encoding.UTF8.GetBytes(content), out _));

    [Fact]
    public void The_machine_has_some_and_not_others()
    {
        ProcReader proc = new("/proc");

        Assert.InRange(Sysctl.Read(proc, "sys/kernel/pid_max"u8)!.Value, 300, 1 << 22);
        Assert.Null(Sysctl.Read(proc, "sys/kernel/no_such_setting"u8));
    }
}
