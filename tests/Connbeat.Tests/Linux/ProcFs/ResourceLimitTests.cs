using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ResourceLimitTests
{
    private static readonly byte[] Limits = File.ReadAllBytes(Fixture.At("procfs/limits-linux-6.18.txt"));

    [Theory]
    [InlineData("Max open files", 1024, 20_000)]
    [InlineData("Max cpu time", ResourceLimit.Unlimited, ResourceLimit.Unlimited)]
    [InlineData("Max core file size", 0, ResourceLimit.Unlimited)]
    [InlineData("Max nice priority", 0, 0)]
    public void A_line_tells_both_limits(string name, long soft, long hard)
    {
        Assert.True(ResourceLimit.TryParse(Limits, Encoding.UTF8.GetBytes(name), out ResourceLimit limit));
        Assert.Equal(new ResourceLimit(soft, hard), limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Max open files")]
    [InlineData("Max open files            1024 ")]
    [InlineData("Max open files            1024                 -1 files")]
    [InlineData("Max open files            1024k                4096 files")]
    [InlineData("Max open filesets         1024                 4096 files")]
    public void Anything_else_is_none(string content) =>
        Assert.False(ResourceLimit.TryParse(Encoding.UTF8.GetBytes(content), "Max open files"u8, out _));

    [Fact]
    public void Damaged_bytes_are_a_limit_or_none()
    {
        int found = 0;
        int refused = Support.Damage.Inflict(
            Limits, bytes => found += ResourceLimit.TryParse(bytes, "Max open files"u8, out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(found, 1000, 49_000);
    }

    [Fact]
    public void This_process_may_have_some_files_open() =>
        Assert.InRange(ResourceLimit.ReadOpenFiles(new ProcReader("/proc"))!.Value.Soft, 16, long.MaxValue);

    [Fact]
    public void Without_the_file_nothing_is_known()
    {
        using ProcTree tree = new();

        Assert.Null(ResourceLimit.ReadOpenFiles(new ProcReader(tree.Root)));
    }
}
