using Connbeat.Commands.Doctor;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ClockCheckTests
{
    [Fact]
    public void A_boot_that_has_an_id_is_as_it_should_be() =>
        ClockCheck.Judge(Guid.Parse("9a983f69-eb2e-4124-beff-b4782c679728"))
            .IsOk("boot id 9a983f69-eb2e-4124-beff-b4782c679728");

    [Fact]
    public void Without_one_every_run_is_another_boot() =>
        ClockCheck.Judge(null).Is(
            Status.Degraded, "/proc/sys/kernel/random/boot_id cannot be read",
            ["after a restart the state file is not used, and facts that are told again have another event.id"],
            ["let connbeat read /proc/sys: a container that masks it hides the boot id"]);
}
