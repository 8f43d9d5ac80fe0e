using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class BpfCheckTests
{
    private const string Cost = "connections shorter than poll_interval are told without their process, refused connects not at all";

    private static readonly BpfFacts Whole = new()
    {
        Asked = CaptureSource.Auto,
        Release = new KernelRelease(6, 12, "6.12.0"),
        HasTypes = true,
        Jit = 1,
        Who = Users.Root,
        Program = Users.Program,
    };

    [Fact]
    public void Where_all_of_it_works_it_is_as_it_should_be() =>
        BpfCheck.Judge(Whole).IsOk("works: connections, their owners, processes, failed connects");

    [Fact]
    public void What_is_not_configured_is_not_tried() =>
        BpfCheck.Judge(Whole with { Asked = CaptureSource.Netlink, IsTried = false })
            .IsOk("not used, as configured (source: netlink)");

    [Fact]
    public void Flows_of_udp_that_are_asked_for_and_not_told_are_missed()
    {
        const string Missed = "whom UDP sockets talk to is not told, though udp_flows is true";

        BpfFacts facts = Whole with { WantsFlows = true };
        BpfCheck.Judge(facts).IsOk("works: connections, their owners, processes, failed connects, flows of UDP");
        BpfCheck.Judge(facts with { Asked = CaptureSource.Netlink, IsTried = false }).Is(
            Status.Degraded, "not used, as configured (source: netlink)", [Missed],
            ["set connbeat.source: auto, or connbeat.udp_flows: false"]);
        Assert.Equal([Cost, Missed], BpfCheck.Judge(facts with { Failure = new BpfException("no", errno: 22) }).Costs);
        Assert.Equal(
            [$"without Flows: {Missed} (no cgroup2)"],
            BpfCheck.Judge(facts with { Refusals = [new ProgramRefusal(ProgramFeature.Flows, new BpfException("no cgroup2", errno: 2))] }).Costs);
    }

    [Fact]
    public void Without_rights_it_says_how_to_get_them() =>
        BpfCheck.Judge(Whole with { Who = Users.Nobody, Failure = new BpfException("may not", errno: 1) }).Is(
            Status.Degraded, "does not work: may not", [Cost], [Users.SetCapabilities]);

    [Fact]
    public void With_all_rights_somebody_else_forbids_it() => Assert.Equal(
        ["ask what forbids it: a container's seccomp profile, kernel lockdown or a security module may"],
        BpfCheck.Judge(Whole with { Failure = new BpfException("may not", errno: 1) }).Mend);

    [Fact]
    public void A_missing_library_has_a_package() => Assert.Equal(
        ["sudo apt-get install libbpf1; on Fedora: sudo dnf install libbpf"],
        BpfCheck.Judge(Whole with { Failure = new BpfException("libbpf.so.1 is not installed") { IsOfLibrary = true } }).Mend);

    [Fact]
    public void An_old_kernel_is_told_with_what_the_verifier_said()
    {
        Finding finding = BpfCheck.Judge(Whole with
        {
            Release = new KernelRelease(5, 10, "5.10.0"),
            Failure = new BpfException("unknown func", errno: 22, log: "prog 'tcp_state': one\ntwo\n"),
        });

        finding.Is(
            Status.Degraded, "does not work: unknown func", [Cost, "libbpf said: prog 'tcp_state': one", "libbpf said: two"],
            ["take a kernel from Linux 5.12 on, or set connbeat.source: netlink"]);
    }

    [Fact]
    public void A_kernel_without_types_is_known() => Assert.Equal(
        ["take a kernel that tells its types: CONFIG_DEBUG_INFO_BTF, /sys/kernel/btf/vmlinux"],
        BpfCheck.Judge(Whole with { HasTypes = false, Failure = new BpfException("no BTF", errno: 3) }).Mend);

    [Fact]
    public void What_was_asked_for_and_does_not_work_is_broken() =>
        BpfCheck.Judge(Whole with { Asked = CaptureSource.Ebpf, Failure = new BpfException("no", errno: 22) }).Is(
            Status.Broken, "does not work: no", ["connbeat does not start"],
            ["report it with this output, or set connbeat.source: netlink"]);

    [Fact]
    public void What_is_lacking_of_it_is_told_one_by_one() =>
        BpfCheck.Judge(Whole with
        {
            Refusals =
            [
                new(ProgramFeature.Uses, new BpfException("no such tracepoint")),
                new(ProgramFeature.Attempts, new BpfException("not mounted")),
            ],
        }).Is(
            Status.Degraded, "works, but not all of it",
            [
                "without Uses: the process of an accepted connection is known when it ends, or at the next snapshot, not at its first byte (no such tracepoint)",
                "without Attempts: connects for which there is no route are not told (not mounted)",
            ],
            ["take a kernel from Linux 6.3 on", "docker run --cgroupns host …, or mount cgroup2 at /sys/fs/cgroup"]);

    [Fact]
    public void An_interpreter_is_a_note() =>
        BpfCheck.Judge(Whole with { Jit = 0 }).Is(
            Status.Note, "works, but not all of it",
            ["programs are interpreted, not compiled, which costs more"], ["sudo sysctl -w net.core.bpf_jit_enable=1"]);
}
