using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ProcessCheckTests
{
    private static readonly ProcFacts Whole = new()
    {
        Seen = 37,
        Readable = 37,
        Who = Users.Root,
        Program = Users.Program,
        Wanted = Grant.ForPrograms,
    };

    [Fact]
    public void Where_all_may_be_read_it_is_as_it_should_be()
    {
        ProcessCheck.Judge(Whole).IsOk("the descriptors of all 37 may be read");
        ProcessCheck.Judge(Whole with { SawAll = false }).IsOk("the descriptors of all the 37 looked at may be read");
        ProcessCheck.Judge(Whole with { Hides = "invisible" }).IsOk("the descriptors of all 37 may be read");
    }

    [Fact]
    public void Without_rights_most_are_closed() =>
        ProcessCheck.Judge(Whole with { Who = Users.Nobody, Readable = 1 }).Is(
            Status.Degraded, "the descriptors of 1 of 37 may be read",
            ["sockets of the others have no process: only their user, unit or container is told"],
            [Users.SetCapabilities]);

    [Fact]
    public void Where_ebpf_tells_owners_that_is_a_note() =>
        ProcessCheck.Judge(Whole with { Who = Users.Nobody, Readable = 1, OwnersAreTold = true }).Is(
            Status.Note, "the descriptors of 1 of 37 may be read",
            ["eBPF tells owners all the same; of those that ran before connbeat the executable may be missing"],
            [Users.SetCapabilities]);

    [Fact]
    public void With_all_rights_somebody_else_forbids_it() =>
        ProcessCheck.Judge(Whole with { Readable = 36 }).Is(
            Status.Degraded, "the descriptors of 36 of 37 may be read",
            ["sockets of the others have no process: only their user, unit or container is told"],
            ["ask what forbids it: a security module may (Docker: --security-opt apparmor=unconfined)"]);

    [Fact]
    public void Rights_of_a_user_namespace_are_not_all_rights() => Assert.Equal(
        ["run connbeat outside of the user namespace; a rootless container is in one"],
        ProcessCheck.Judge(Whole with { Readable = 1, IsInitialUserNamespace = false }).Mend);

    [Fact]
    public void Processes_that_are_hidden_are_not_taken_for_none() =>
        ProcessCheck.Judge(Whole with { Hides = "invisible", SeesFirst = false, Seen = 1, Readable = 1 }).Is(
            Status.Degraded, "/proc is mounted with hidepid=invisible: others are hidden",
            [
                "sockets of other users have no process: only their user, unit or container is told",
                "network namespaces that only they are in are not watched",
            ],
            ["sudo mount -o remount,hidepid=0 /proc"]);

    [Fact]
    public void A_container_has_processes_of_its_own() =>
        ProcessCheck.Judge(Whole with { IsInitialPidNamespace = false, Seen = 2, Readable = 2 }).Is(
            Status.Degraded, "/proc shows those of its own container only, 2",
            [
                "sockets of all others have no process: only their user, unit or container is told",
                "network namespaces that only they are in are not watched",
            ],
            ["docker run --pid host …"]);

    [Fact]
    public void Where_no_process_is_told_none_has_to_be_read() =>
        ProcessCheck.Judge(Whole with { Readable = 1, ExposesProcesses = false })
            .IsOk("none is told, as configured (expose_process_info: false)");
}
