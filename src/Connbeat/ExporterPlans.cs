using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Conntrack;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat;

/// <summary>Which exporters the configuration asks for.</summary>
internal static class ExporterPlans
{
    /// <summary>The page of cnxwatch_exporter.</summary>
    public static readonly OriginalPage Cnxwatch = new(Title: "Connection Watch Exporter");

    /// <summary>The page of conntrack_exporter.</summary>
    public static readonly OriginalPage Conntrack = new(IsAlsoBelow: true);

    /// <summary>One plan for each exporter that is enabled.</summary>
    /// <param name="options">The <c>exporters</c> section.</param>
    /// <param name="logs">Where exporters tell of themselves.</param>
    public static IReadOnlyList<ExporterPlan> Of(ExporterOptions options, ILoggerFactory logs)
    {
        List<ExporterPlan> plans = [];
        if (options.Cnxwatch is { } cnxwatch)
        {
            plans.Add(new ExporterPlan("cnxwatch", cnxwatch.Listen, Cnxwatch, () => new SocketWatch(
                cnxwatch.Sockets, new ProcReader(ProcReader.System), BootTime.Clock, cnxwatch.ResolveInterval,
                new ExporterHappenings(logs.CreateLogger<ExporterHappenings>()))));
        }

        if (options.Conntrack is { } conntrack)
        {
            plans.Add(new ExporterPlan("conntrack", conntrack.Listen, Conntrack, () => OpenConntrack(conntrack, logs)));
        }

        return plans;
    }

    private static ConntrackCollector OpenConntrack(ConntrackOptions options, ILoggerFactory logs)
    {
        ConntrackHappenings happened = new(logs.CreateLogger<ConntrackHappenings>());
        ConntrackCollector collector = new(options, log: null, happened, BootTime.Clock);
        collector.Start();
        return collector;
    }
}
