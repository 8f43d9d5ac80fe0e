using Connbeat.Commands.Doctor;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class KernelCheckTests
{
    [Fact]
    public void A_kernel_of_today_is_as_it_should_be() =>
        KernelCheck.Judge(new(new KernelRelease(6, 18, "6.18.44-fc"), "aarch64")).IsOk("Linux 6.18.44-fc on aarch64");

    [Fact]
    public void An_old_one_does_not_tell_the_control_group_of_a_socket() =>
        KernelCheck.Judge(new(new KernelRelease(5, 4, "5.4.0-1"), "x86_64")).Is(
            Status.Note, "Linux 5.4.0-1 on x86_64",
            ["before Linux 5.8: a socket without a known process is told without its unit and container"], []);

    [Fact]
    public void An_architecture_that_is_not_tested_is_said() =>
        KernelCheck.Judge(new(null, "S390x")).Is(
            Status.Note, "Linux of a release that /proc does not tell on S390x",
            ["connbeat is tested on x86_64 and aarch64 only"], []);
}
