using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ExecutableTests
{
    [Fact]
    public void A_replaced_file_keeps_its_path()
    {
        Assert.Equal("/usr/sbin/sshd", Executable.Parse("/usr/sbin/sshd (deleted)"u8));
        Assert.Equal("/opt/a (deleted) b", Executable.Parse("/opt/a (deleted) b"u8));
    }

    [Fact]
    public void The_test_itself_is_read_from_the_real_proc() =>
        Assert.Equal(Environment.ProcessPath, Executable.Read(new ProcReader("/proc"), Environment.ProcessId));
}
