using Connbeat.Commands.Doctor;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>What this version has no use for is never worse than a note.</summary>
public sealed class LaterVersionTests
{
    private static readonly BpfFacts Bpf = new()
    {
        Release = new KernelRelease(6, 1, "6.1.0"),
        HasTypes = true,
        Jit = 1,
        Who = Users.Root,
    };

    [Fact]
    public void An_ebpf_engine_would_work() =>
        BpfCheck.Judge(Bpf).IsOk("an eBPF engine would work; this version has none");

    [Fact]
    public void An_ebpf_engine_would_not_work() =>
        BpfCheck.Judge(new() { Release = new KernelRelease(5, 4, "5.4.0"), Jit = 0, Who = Users.Nobody }).Is(
            Status.Note, "an eBPF engine would not work; this version has none",
            [
                "the kernel is older than Linux 5.8",
                "the kernel does not tell its types: /sys/kernel/btf/vmlinux, of CONFIG_DEBUG_INFO_BTF",
                "programs are interpreted, not compiled",
                "lacks CAP_BPF, CAP_PERFMON",
            ],
            ["sudo sysctl -w net.core.bpf_jit_enable=1"]);

    [Theory]
    [InlineData(Capability.Bpf | Capability.Perfmon)]
    [InlineData(Capability.SysAdmin)]
    public void Either_set_of_rights_is_enough(object effective) => Assert.Equal(
        Status.Ok, BpfCheck.Judge(Bpf with { Who = Users.Nobody with { Effective = (Capability)effective } }).Status);

    [Fact]
    public void Conntrack_that_is_all_switched_on_is_as_it_should_be() =>
        ConntrackCheck.Judge(new(Tracked: 412, CountsBytes: 1, NotesStarts: 1)).IsOk("tracks 412 connections");

    [Fact]
    public void Conntrack_that_is_loaded_may_still_see_nothing() =>
        ConntrackCheck.Judge(new(Tracked: 0, CountsBytes: 0, NotesStarts: 0)).Is(
            Status.Note, "tracks 0 connections; nothing of this version uses it",
            [
                "its table is empty: most likely no rule uses it; one with \"ct state\" does",
                "it counts no bytes",
                "it notes no start times",
            ],
            [
                "sudo sysctl -w net.netfilter.nf_conntrack_acct=1",
                "sudo sysctl -w net.netfilter.nf_conntrack_timestamp=1",
            ]);

    [Fact]
    public void Conntrack_that_is_not_loaded_is_a_note() =>
        ConntrackCheck.Judge(new(null, null, null)).Is(
            Status.Note, "not loaded; nothing of this version uses it", [], ["sudo modprobe nf_conntrack"]);
}
