using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class CapabilityCheckTests
{
    private const string Burst = "CAP_NET_ADMIN: a burst of closing connections may overrun the receive buffer, see there";
    private const string Unowned =
        "CAP_DAC_READ_SEARCH: sockets of other users have no process: only their user, unit or container";

    private static readonly AgentOptions Defaults = new();

    private static readonly AgentOptions Netlink = Defaults with { Capture = new() { Source = CaptureSource.Netlink } };

    [Fact]
    public void Root_has_all_that_is_wanted() => CapabilityCheck.Judge(Facts(Users.Root)).IsOk(
        "has CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_BPF, CAP_PERFMON");

    [Fact]
    public void Nobody_is_told_what_each_missing_one_costs_and_one_command()
    {
        Finding finding = CapabilityCheck.Judge(Facts(Users.Nobody));

        Assert.Equal(Status.Degraded, finding.Status);
        Assert.Equal("lacks CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_BPF, CAP_PERFMON", finding.Says);
        Assert.Equal(
            ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"],
            finding.Costs.Select(cost => cost.Split(':')[0]));
        Assert.Equal([Users.SetCapabilities], finding.Mend);
    }

    [Fact]
    public void The_command_names_also_what_is_there_for_it_replaces_that() => CapabilityCheck.Judge(Facts(
        Users.Nobody with { Effective = Capability.Bpf | Capability.Perfmon | Capability.SysPtrace | Capability.NetAdmin })).Is(
            Status.Degraded, "lacks CAP_DAC_READ_SEARCH", [Unowned], [Users.SetCapabilities]);

    [Fact]
    public void A_container_is_given_rights_when_it_is_started() => CapabilityCheck.Judge(Facts(
        Users.Root with { Effective = ~Capability.NetAdmin, Bounding = ~Capability.NetAdmin })).Is(
            Status.Degraded, "lacks CAP_NET_ADMIN", [Burst],
            [
                "docker run --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --cap-add BPF --cap-add PERFMON …",
                "in a systemd unit: CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_BPF CAP_PERFMON",
            ]);

    [Fact]
    public void Who_can_get_no_new_privileges_is_not_told_to_set_them_on_the_file() =>
        Assert.StartsWith(
            "start it without no-new-privileges",
            Assert.Single(CapabilityCheck.Judge(Facts(Users.Nobody with { NoNewPrivileges = true })).Mend),
            StringComparison.Ordinal);

    [Fact]
    public void What_root_of_a_user_namespace_has_does_not_count()
    {
        CapabilityFacts facts = Facts(Users.Root) with { IsInitialUserNamespace = false, UserName = "root" };
        Finding finding = CapabilityCheck.Judge(facts);

        CapabilityCheck.JudgeUser(facts).IsOk("root (uid 0) of a user namespace");
        Assert.Equal(
            (Status.Degraded, "capabilities end at the user namespace that it is in"), (finding.Status, finding.Says));
        Assert.Equal(5, finding.Costs.Count);
        Assert.Equal(["run connbeat outside of the user namespace; a rootless container is in one"], finding.Mend);
    }

    [Fact]
    public void A_user_without_a_name_has_a_number() =>
        CapabilityCheck.JudgeUser(Facts(Users.Nobody)).IsOk("uid 65534");

    [Fact]
    public void A_path_that_a_shell_would_take_apart_is_quoted() =>
        Assert.EndsWith(
            "+ep '/opt/it'\\''s here/connbeat'",
            Assert.Single(CapabilityCheck.Judge(Facts(Users.Nobody) with { Program = "/opt/it's here/connbeat" }).Mend),
            StringComparison.Ordinal);

    [Fact]
    public void The_defaults_want_what_ebpf_takes() =>
        Assert.Equal(Grant.ForPrograms, CapabilityFacts.WantedBy(Defaults, 212_992));

    [Fact]
    public void Netlink_wants_to_enter_namespaces_and_no_right_for_a_buffer_that_everybody_gets()
    {
        Assert.Equal(Grant.ForNetlink, CapabilityFacts.WantedBy(Netlink, 212_992));
        Assert.Equal(Grant.ForNetlink & ~Capability.NetAdmin, CapabilityFacts.WantedBy(Netlink, 33_554_432));
    }

    [Fact]
    public void What_is_not_configured_is_not_wanted()
    {
        AgentOptions anonymous = Netlink with { Enrichment = new() { ExposeProcessInfo = false } };

        Assert.Equal(
            Capability.SysPtrace | Capability.DacReadSearch,
            CapabilityFacts.WantedBy(Defaults with { Capture = new() { Source = CaptureSource.Procfs } }, null));
        Assert.Equal(
            Capability.NetAdmin,
            CapabilityFacts.WantedBy(
                anonymous with { Capture = anonymous.Capture with { Namespaces = NamespaceScope.Host } }, null));
        Assert.Equal(
            Capability.NetAdmin | Capability.SysAdmin | Capability.SysPtrace, CapabilityFacts.WantedBy(anonymous, null));
        Assert.Equal(
            Capability.NetAdmin | Capability.Bpf | Capability.Perfmon,
            CapabilityFacts.WantedBy(Defaults with { Enrichment = anonymous.Enrichment }, null));
        Assert.Equal(
            Capability.None,
            CapabilityFacts.WantedBy(anonymous with { Capture = new() { Source = CaptureSource.Procfs } }, null));
    }

    [Fact]
    public void Where_none_is_wanted_none_is_missing() =>
        CapabilityCheck.Judge(Facts(Users.Nobody) with { Wanted = Capability.None }).IsOk("none is needed as configured");

    private static CapabilityFacts Facts(ThreadRights who) => new()
    {
        Who = who,
        IsInitialUserNamespace = true,
        Wanted = Grant.ForPrograms,
        All = Grant.ForPrograms,
        Program = Users.Program,
    };
}
