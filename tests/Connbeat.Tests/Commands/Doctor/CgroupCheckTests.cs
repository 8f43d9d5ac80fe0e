using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class CgroupCheckTests
{
    private const string Root = "/sys/fs/cgroup";

    [Fact]
    public void Version_2_alone_is_as_it_should_be() =>
        CgroupCheck.Judge(new(Root, HasVersion1: false, IsInitialNamespace: true)).IsOk("version 2 at /sys/fs/cgroup");

    [Fact]
    public void Beside_version_1_it_does_not_know_every_container() =>
        CgroupCheck.Judge(new($"{Root}/unified", HasVersion1: true, IsInitialNamespace: null)).Is(
            Status.Note, "version 2 at /sys/fs/cgroup/unified, beside version 1",
            ["containers that are only in groups of version 1 are told where the process of a socket is known"], []);

    [Theory]
    [InlineData(true, "version 1 only")]
    [InlineData(false, "none is mounted")]
    public void Without_it_a_socket_alone_tells_no_container(bool hasVersion1, string says) =>
        CgroupCheck.Judge(new(null, hasVersion1, IsInitialNamespace: true)).Is(
            Status.Degraded, says,
            ["sockets without a known process are told without their unit and container"],
            ["sudo mkdir -p /run/cgroup2 && sudo mount -t cgroup2 none /run/cgroup2"]);

    [Fact]
    public void A_container_sees_its_own_group_only() =>
        CgroupCheck.Judge(new(Root, HasVersion1: false, IsInitialNamespace: false)).Is(
            Status.Degraded, "version 2 at /sys/fs/cgroup, but only what is below its own group",
            ["sockets of others without a known process are told without their unit and container"],
            ["docker run --cgroupns host …"]);
}
