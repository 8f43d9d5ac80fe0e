using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcessStatusTests
{
    private const string Sshd = "Name:\tUid:\\n7\nUmask:\t0022\nUid:\t1000\t0\t17\t4\nGid:\t5\t6\t7\t8\n";

    [Fact]
    public void The_real_user_is_the_first_of_four()
    {
        Assert.True(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(Sshd), out ProcessStatus status));
        Assert.Equal(1000u, status.Uid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Name:\tx\n")]
    [InlineData("Uid:\tmany\n")]
    [InlineData("Uid:\t-1\n")]
    [InlineData("Uid:\t4294967296\n")]
    public void Without_a_user_it_is_no_status(string content) =>
        Assert.False(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(content), out _));

    [Fact]
    public void Damaged_bytes_give_another_user_or_none()
    {
        foreach (byte[] damaged in Damage.Of(Encoding.UTF8.GetBytes(Sshd)))
        {
            Assert.True(ProcessStatus.TryParse(damaged, out ProcessStatus status) || status.Uid == 0);
        }
    }
}
