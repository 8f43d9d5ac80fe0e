namespace Connbeat.Commands.Doctor;

/// <summary>Can one boot of the machine be told from another?</summary>
internal static class ClockCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "clock";

    /// <summary>Judges.</summary>
    /// <param name="boot">The boot id; null where it cannot be read.</param>
    public static Finding Judge(Guid? boot) => boot is { } id
        ? Finding.Ok(Name, $"boot id {id}")
        : new Finding(Name, Status.Degraded, "/proc/sys/kernel/random/boot_id cannot be read")
        {
            Costs = ["after a restart the state file is not used, and facts that are told again have another event.id"],
            Mend = ["let connbeat read /proc/sys: a container that masks it hides the boot id"],
        };
}
