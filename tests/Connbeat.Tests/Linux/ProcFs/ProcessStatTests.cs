using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("sshd")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData(") R 1 2 3 (")]
    [InlineData("a\nb) S 9")]
    [InlineData("((()))")]
    [InlineData("dä™on")]
    public void A_name_may_be_anything(string comm)
    {
        byte[] line = Encoding.UTF8.GetBytes(ProcTree.StatLine(766, comm, 17, 4711, 140_728, 94_512));

        Assert.Equal(new ProcessStat(comm, 17, 4711, 140_728, 94_512), ProcessStat.Parse(line));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_replaced()
    {
        byte[] line = Encoding.Latin1.GetBytes(ProcTree.StatLine(766, "x\u00ffy"));

        Assert.Equal("x\ufffdy", ProcessStat.Parse(line).Comm);
    }

    [Fact]
    public void Numbers_reach_as_far_as_the_kernels()
    {
        byte[] line = Encoding.UTF8.GetBytes(ProcTree.StatLine(1, "init", 0, ulong.MaxValue, ulong.MaxValue, 0));

        Assert.Equal(new ProcessStat("init", 0, ulong.MaxValue, ulong.MaxValue, 0), ProcessStat.Parse(line));
    }

    [Fact]
    public void Damaged_bytes_give_a_value_or_a_wire_format_exception()
    {
        byte[] whole = Encoding.UTF8.GetBytes(ProcTree.StatLine(766, "sshd"));
        int refused = 0;
        foreach (byte[] damaged in Damage.Of(whole))
        {
            try
            {
                ProcessStat.Parse(damaged);
            }
            catch (WireFormatException)
            {
                refused++;
            }
        }

        Assert.True(refused > 200, $"{refused} refused");
    }

    [Fact]
    public void The_test_itself_is_read_from_the_real_proc()
    {
        Look look = ProcessStat.Read(new ProcReader("/proc"), Environment.ProcessId, out ProcessStat stat);

        Assert.Equal(Look.Seen, look);
        Assert.Equal(File.ReadAllText("/proc/self/comm").TrimEnd('\n'), stat.Comm);
        Assert.NotEqual(0UL, stat.StackStart);
        Assert.NotEqual(0UL, stat.ArgumentsStart);
    }

    [Fact]
    public void A_process_that_is_not_there_is_gone()
    {
        using ProcTree tree = new();

        Assert.Equal(Look.Gone, ProcessStat.Read(new ProcReader(tree.Root), 766, out _));
    }
}
