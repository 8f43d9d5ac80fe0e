using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Processing.Fields;

namespace Connbeat;

/// <summary>What all events of a run say alike, and what makes their forms of that.</summary>
internal static class EventEncoders
{
    /// <summary>The fields that processors can look at.</summary>
    public static FieldTable CreateFields(AgentOptions options, Guid run, LocalAddresses addresses) => new(
        HostFactsOf(options, run), BootFactsOf(new ProcReader(ProcReader.System)), addresses,
        options.Enrichment.ExposeProcessInfo);

    /// <summary>What encodes events in a schema.</summary>
    public static IEventEncoder Create(EventSchema schema, AgentOptions options, Guid run, LocalAddresses addresses)
    {
        HostFacts host = HostFactsOf(options, run);
        bool exposed = options.Enrichment.ExposeProcessInfo;
        return schema is EventSchema.Ecs
            ? new EcsEncoder(host, BootFactsOf(new ProcReader(ProcReader.System)), addresses, exposed)
            : new ConnbeatEncoder(host, addresses, exposed);
    }

    /// <summary>What every event of a run says alike.</summary>
    public static HostFacts HostFactsOf(AgentOptions options, Guid run) => new()
    {
        Hostname = Environment.MachineName,
        Name = options.Name ?? Environment.MachineName,
        Version = Product.Version,
        Run = run,
        Tags = options.Tags,
        Fields = options.Fields,
        FieldsUnderRoot = options.FieldsUnderRoot,
    };

    private static BootFacts BootFactsOf(ProcReader proc) => new()
    {
        Id = BootId.Read(proc),
        Seconds = SystemStat.BootSeconds(proc),
        PidNamespace = PidNamespace.Current(proc),
        TicksPerSecond = LibC.ClockTicksPerSecond(),
    };
}
