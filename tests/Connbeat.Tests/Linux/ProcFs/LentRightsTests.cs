using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class LentRightsTests
{
    private const Capability All =
        Capability.Bpf | Capability.Perfmon | Capability.NetAdmin | Capability.SysPtrace | Capability.DacReadSearch;

    [Fact]
    public void What_the_file_has_and_its_user_has_not_is_lent_as_far_as_it_opens_files() => Assert.Equal(
        Capability.SysPtrace | Capability.DacReadSearch, LentRights.Of(1000, All, _ => false));

    [Fact]
    public void What_every_program_of_the_user_has_is_his_own()
    {
        Assert.Equal(Capability.None, LentRights.Of(1000, All, _ => true));
        Assert.Equal(Capability.DacReadSearch, LentRights.Of(1000, All, one => one is Capability.SysPtrace));
    }

    [Fact]
    public void Root_is_lent_nothing() => Assert.Equal(Capability.None, LentRights.Of(0, (Capability)ulong.MaxValue, _ => false));

    [Fact]
    public void Each_that_opens_files_is_asked_for_alone()
    {
        List<Capability> asked = [];

        LentRights.Of(1000, (Capability)ulong.MaxValue, one =>
        {
            asked.Add(one);
            return false;
        });

        Assert.Equal(
            [Capability.Chown, Capability.DacOverride, Capability.DacReadSearch, Capability.Fowner, Capability.SysPtrace], asked);
    }

    [Fact]
    public void A_thread_s_capabilities_are_those_that_proc_tells()
    {
        ThreadRights told = ThreadRights.Read(new ProcReader(ProcReader.System));

        Assert.Equal(told.Effective, LibC.Capabilities().Effective);
    }

    [Fact]
    public void What_a_thread_gives_up_no_other_loses()
    {
        Capability before = LibC.Capabilities().Effective, after = before;
        int errno = -1;
        Thread thread = new(() =>
        {
            CapabilitySets sets = LibC.Capabilities();
            sets.Effective &= ~(Capability.DacReadSearch | Capability.Bpf);
            errno = LibC.TrySetCapabilities(sets);
            after = LibC.Capabilities().Effective;
        });
        thread.Start();
        thread.Join();

        Assert.Equal(0, errno);
        Assert.Equal(before & ~(Capability.DacReadSearch | Capability.Bpf), after);
        Assert.Equal(before, LibC.Capabilities().Effective);
    }

    [Fact]
    public void Where_nothing_is_withheld_nothing_is_taken()
    {
        Capability before = LibC.Capabilities().Effective;
        using (LentRights.Take())
        {
            Assert.Equal(before, LibC.Capabilities().Effective);
        }

        Assert.Equal(Capability.None, LentRights.Withheld);
        Assert.Equal(before, LibC.Capabilities().Effective);
    }
}
