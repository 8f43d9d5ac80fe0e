using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ThreadRightsTests
{
    private const string Service =
        "Name:\tCapEff:\\n7\nUid:\t1000\t17\t18\t19\nGid:\t5\t6\t7\t8\nCapInh:\t0000000000000008\n" +
        "CapPrm:\t000001ffffffffff\nCapEff:\t0000008000201004\nCapBnd:\t000001fffeffffff\nCapAmb:\t0\nNoNewPrivs:\t1\n";

    [Fact]
    public void The_effective_user_and_its_rights_are_read()
    {
        Assert.True(ThreadRights.TryParse(Encoding.UTF8.GetBytes(Service), out ThreadRights service));
        Assert.Equal(
            new ThreadRights(
                17, Capability.DacReadSearch | Capability.NetAdmin | Capability.SysAdmin | Capability.Bpf,
                (Capability)0x1fffeffffff, NoNewPrivileges: true)
            {
                Group = 6,
            },
            service);
    }

    [Fact]
    public void A_right_is_there_where_all_its_bits_are()
    {
        Assert.True(ThreadRights.TryParse(Encoding.UTF8.GetBytes(Service), out ThreadRights service));

        Assert.True(service.Has(Capability.NetAdmin | Capability.SysAdmin));
        Assert.False(service.Has(Capability.NetAdmin | Capability.SysPtrace));
    }

    [Fact]
    public void A_kernel_that_does_not_tell_forbids_nothing()
    {
        byte[] old = Encoding.UTF8.GetBytes(Service.Replace("NoNewPrivs:\t1\n", "", StringComparison.Ordinal));

        Assert.True(ThreadRights.TryParse(old, out ThreadRights service));
        Assert.False(service.NoNewPrivileges);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Uid:\t0\t0\t0\t0\nCapEff:\t0\n")]
    [InlineData("Uid:\t0\t0\t0\t0\nCapBnd:\t0\n")]
    [InlineData("CapEff:\t0\nCapBnd:\t0\n")]
    [InlineData("Uid:\t0\nCapEff:\t0\nCapBnd:\t0\n")]
    [InlineData("Uid:\t0\t0\t0\t0\nCapEff:\t0x1\nCapBnd:\t0\n")]
    [InlineData("Uid:\t0\t0\t0\t0\nCapEff:\t10000000000000000\nCapBnd:\t0\n")]
    public void What_lacks_one_of_them_is_no_status(string content) =>
        Assert.False(ThreadRights.TryParse(Encoding.UTF8.GetBytes(content), out _));

    [Fact]
    public void Damaged_bytes_are_read_or_refused()
    {
        int read = 0;
        int refused = Support.Damage.Inflict(
            Encoding.UTF8.GetBytes(Service), bytes => read += ThreadRights.TryParse(bytes, out _) ? 1 : 0);

        Assert.Equal(0, refused);
        Assert.InRange(read, 1000, 49_000);
    }

    [Fact]
    public void Who_has_dropped_all_rights_has_none()
    {
        ThreadRights nobody = UnprivilegedThread.Run(() => ThreadRights.Read(new ProcReader("/proc")));

        Assert.Equal(Capability.None, nobody.Effective);
        Assert.True(!UnprivilegedThread.IsRoot || nobody.Uid == UnprivilegedThread.Nobody);
    }

    [Fact]
    public void Without_the_file_that_is_said()
    {
        using ProcTree tree = new();

        KernelException failure = Assert.Throws<KernelException>(() => ThreadRights.Read(new ProcReader(tree.Root)));
        Assert.Contains("/thread-self/status", failure.Message, StringComparison.Ordinal);
    }
}
