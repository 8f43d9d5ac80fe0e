using Connbeat.Events.Ecs;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>Gathers what /proc tells of this boot. What cannot be read stays unknown.</summary>
internal static class BootFactsReader
{
    /// <summary>The facts; they stay the same as long as the agent runs.</summary>
    public static BootFacts Read(ProcReader proc) => new()
    {
        Id = BootId.Read(proc),
        Seconds = SystemStat.BootSeconds(proc),
        PidNamespace = PidNamespace.Current(proc),
        TicksPerSecond = LibC.ClockTicksPerSecond(),
    };
}
