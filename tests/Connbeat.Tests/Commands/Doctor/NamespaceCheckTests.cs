using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class NamespaceCheckTests
{
    private static readonly NamespaceFacts Alone = new()
    {
        Scope = NamespaceScope.All,
        Engine = "netlink",
        Who = Users.Nobody,
        Program = Users.Program,
        Wanted = Grant.ForNetlink,
    };

    [Fact]
    public void Those_that_are_entered_are_as_they_should_be()
    {
        NamespaceCheck.Judge(Alone).IsOk("1: its own");
        NamespaceCheck.Judge(Alone with { Entered = 6 }).IsOk("7: its own, 6 entered");
        NamespaceCheck.Judge(Alone with { Entered = 6, WatchesOwn = false })
            .IsOk("7: its own (not watched, as configured), 6 entered");
    }

    [Fact]
    public void What_is_only_read_or_closed_is_counted_with_what_it_costs() =>
        NamespaceCheck.Judge(Alone with { Entered = 1, FromProc = 5, Closed = 2 }).Is(
            Status.Degraded, "9: its own, 1 entered, 5 read from /proc, 2 closed to it",
            ["short connections in the 5 read from /proc are missed", "nothing of the 2 closed to it is told"],
            [Users.SetCapabilitiesForNetlink]);

    [Fact]
    public void What_ebpf_tells_of_need_not_be_entered() =>
        NamespaceCheck.Judge(Alone with { Engine = "ebpf", Entered = 1, Unentered = 5 })
            .IsOk("7: its own, 1 entered, 5 told by eBPF alone");

    [Fact]
    public void Procfs_reads_all_and_that_alone_costs_nothing_more() =>
        NamespaceCheck.Judge(Alone with { Engine = "procfs", FromProc = 5 }).IsOk("6: its own, 5 read from /proc");

    [Fact]
    public void Procfs_cannot_look_where_no_process_is() =>
        NamespaceCheck.Judge(Alone with { Engine = "procfs", Closed = 1 }).Is(
            Status.Degraded, "2: its own, 1 closed to it",
            ["nothing of the 1 closed to it is told"], ["set connbeat.source: auto"]);

    [Fact]
    public void Where_only_its_own_is_wanted_others_are_not_counted() =>
        NamespaceCheck.Judge(Alone with { Scope = NamespaceScope.Host }).IsOk("its own only, as configured");

    [Theory]
    [InlineData(260, 1, "at most 260; 260 are enough")]
    [InlineData(20_000, 1000, "at most 20000; 4256 are enough")]
    [InlineData(ResourceLimit.Unlimited, 1000, "no limit; 4256 are enough")]
    public void Four_files_for_each_namespace_are_enough(long hard, int namespaces, string says) =>
        OpenFilesCheck.Judge(new ResourceLimit(16, hard), namespaces).IsOk(says);

    [Fact]
    public void Fewer_are_not() =>
        OpenFilesCheck.Judge(new ResourceLimit(4096, 4096), namespaces: 1000).Is(
            Status.Degraded, "at most 4096; 4256 are needed",
            ["some of the network namespaces are not watched: there are 1000"],
            ["sudo prlimit --pid $$ --nofile=65536:65536", "in a systemd unit: LimitNOFILE=65536"]);

    [Fact]
    public void A_limit_that_is_not_told_is_a_note() =>
        OpenFilesCheck.Judge(null, namespaces: 1).Is(
            Status.Note, "/proc does not tell how many may be open", [], []);
}
