using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class KernelReleaseTests
{
    [Theory]
    [InlineData("6.18.44-fc-v669\n", 6, 18)]
    [InlineData("5.15.0-1057-aws\n", 5, 15)]
    [InlineData("6.8.0-rc1", 6, 8)]
    [InlineData("4.18-custom\n", 4, 18)]
    public void A_release_has_a_version(string text, int major, int minor)
    {
        Assert.True(KernelRelease.TryParse(Encoding.UTF8.GetBytes(text), out KernelRelease release));
        Assert.Equal(new KernelRelease(major, minor, text.TrimEnd('\n')), release);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6")]
    [InlineData("6.")]
    [InlineData("6-18")]
    [InlineData("six.18")]
    [InlineData("-6.18")]
    [InlineData("6.-18")]
    public void Anything_else_is_none(string text) =>
        Assert.False(KernelRelease.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData(5, 8, true)]
    [InlineData(5, 15, true)]
    [InlineData(6, 0, true)]
    [InlineData(5, 7, false)]
    [InlineData(4, 18, false)]
    public void Versions_compare_by_number(int major, int minor, bool expected) =>
        Assert.Equal(expected, new KernelRelease(major, minor, "").IsAtLeast(5, 8));

    [Fact]
    public void The_machine_has_one() =>
        Assert.Equal(
            File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd('\n'),
            KernelRelease.Read(new ProcReader("/proc"))!.Value.Text);
}
