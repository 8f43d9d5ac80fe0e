using Connbeat.Capture;

namespace Connbeat.Commands.Doctor;

/// <summary>Is there room for a burst of messages about connections that close?</summary>
internal static class ReceiveBufferCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "receive buffer";

    /// <summary>Judges.</summary>
    public static Finding Judge(CaptureFacts facts)
    {
        const int Wanted = NetlinkEngine.OwnBufferBytes;

        if (facts.BufferBytes is not { } granted)
        {
            return Finding.Ok(Name, facts.Engine is { } engine ? $"{engine} needs none" : "no engine opens that needs one");
        }

        return granted >= Wanted
            ? Finding.Ok(Name, SizeOf(granted))
            : new Finding(Name, Status.Degraded, $"{SizeOf(granted)} instead of {SizeOf(Wanted)}")
            {
                Costs = ["a burst of closing connections may overrun it: counted, told as a gap, mended by a snapshot"],
                Mend = [$"sudo sysctl -w net.core.rmem_max={Wanted}"],
            };
    }

    private static string SizeOf(int bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";
}
