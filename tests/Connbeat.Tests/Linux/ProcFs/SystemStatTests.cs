using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class SystemStatTests
{
    private static readonly byte[] Captured = File.ReadAllBytes(Fixture.At("procfs/stat-linux-6.18.txt"));

    [Fact]
    public void The_time_of_the_boot_stands_behind_the_interrupts() =>
        Assert.Equal(1_795_261_194, SystemStat.ParseBootSeconds(Captured));

    [Fact]
    public void The_machine_was_booted_as_long_ago_as_it_is_up()
    {
        DateTimeOffset booted = DateTimeOffset.FromUnixTimeSeconds(SystemStat.BootSeconds(new ProcReader("/proc"))!.Value);

        double up = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], null);
        Assert.InRange((TimeProvider.System.GetUtcNow() - booted).TotalSeconds - up, -5, 5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("btime")]
    [InlineData("btime \n")]
    [InlineData("btime x\n")]
    [InlineData("btime -1\n")]
    [InlineData("btime 1 2\n")]
    [InlineData("btime 99999999999999999999\n")]
    [InlineData(" btime 1\nxbtime 1\n")]
    public void Without_a_number_there_is_none(string content) =>
        Assert.Null(SystemStat.ParseBootSeconds(Encoding.ASCII.GetBytes(content)));

    [Fact]
    public void A_number_that_ends_the_file_counts() => Assert.Equal(7, SystemStat.ParseBootSeconds("a\nbtime 7"u8));

    [Fact]
    public void Where_there_is_no_such_file_there_is_none()
    {
        using ProcTree tree = new();

        Assert.Null(SystemStat.BootSeconds(new ProcReader(tree.Root)));
        Assert.Null(PidNamespace.Current(new ProcReader(tree.Root)));
    }

    [Fact]
    public void Damaged_bytes_give_a_number_or_none()
    {
        byte[] end = Captured[^200..];
        int refused = Support.Damage.Inflict(end, content => SystemStat.ParseBootSeconds(content));

        Assert.Equal(0, refused);
    }
}
