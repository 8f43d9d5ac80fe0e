namespace Connbeat.Linux;

/// <summary>
/// The machine's clocks: wall time as ever, timestamps from CLOCK_BOOTTIME in nanoseconds, so that they compare with
/// those of the kernel (process start times, BPF) and go on while the machine sleeps.
/// </summary>
internal sealed class BootTime : TimeProvider
{
    /// <summary>The one clock of the process.</summary>
    public static readonly BootTime Clock = new();

    private BootTime()
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => LibC.BootNanoseconds();
}
