using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Conntrack;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.IpsecStatus;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Exporters.Vici;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.StrongSwan.Status;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat;

/// <summary>Which exporters the configuration asks for.</summary>
internal static class ExporterPlans
{
    /// <summary>The page of cnxwatch_exporter.</summary>
    public static readonly OriginalPage Cnxwatch = new(Title: "Connection Watch Exporter");

    /// <summary>The page of conntrack_exporter.</summary>
    public static readonly OriginalPage Conntrack = new(IsAlsoBelow: true);

    /// <summary>The pages of ipsec_exporter and of ipsec-exporter.</summary>
    public static readonly OriginalPage Ipsec = new();

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

        if (options.IpsecVici is { } vici)
        {
            plans.Add(new ExporterPlan(
                "ipsec_vici", vici.Listen, Ipsec, () => new ViciCollector(OpenVici(vici.Socket, vici.Timeout, logs), vici.LegacyValues)));
        }

        if (options.IpsecStatus is { } status)
        {
            plans.Add(new ExporterPlan("ipsec_status", status.Listen, Ipsec, () => OpenStatus(status, logs)));
        }

        return plans;
    }

    /// <summary>Begins to ask strongSwan.</summary>
    /// <param name="socket">Where it listens, as a setting or a flag that was checked has it.</param>
    /// <param name="timeout">The longest that it may take.</param>
    /// <param name="logs">Where it is told that it does not answer.</param>
    public static ViciSource OpenVici(string socket, TimeSpan timeout, ILoggerFactory logs) =>
        ViciAddress.TryParse(socket, out ViciAddress? address)
            ? new ViciSource(address, timeout, BootTime.Clock, new StrongSwanHappenings(logs.CreateLogger<StrongSwanHappenings>()))
            : throw new InvalidOperationException($"'{socket}' is no address of strongSwan's");

    /// <summary>Begins to ask for the tunnels of ipsec.conf.</summary>
    public static IpsecCollector OpenStatus(IpsecStatusOptions options, ILoggerFactory logs)
    {
        // Where the command stands in for VICI, that VICI does not answer is nothing to tell.
        ViciSource? vici = options.Source switch
        {
            StatusSource.Command => null,
            StatusSource.Vici => OpenVici(options.Socket, options.Timeout, logs),
            _ => OpenVici(options.Socket, options.Timeout, NullLoggerFactory.Instance),
        };
        return new IpsecCollector(
            new IpsecSource(
                options.ConfigPath, options.Source, vici, new StatusCommand(options.Command, options.Timeout, BootTime.Clock),
                new StrongSwanHappenings(logs.CreateLogger<StrongSwanHappenings>())),
            vici);
    }

    private static ConntrackCollector OpenConntrack(ConntrackOptions options, ILoggerFactory logs)
    {
        ConntrackHappenings happened = new(logs.CreateLogger<ConntrackHappenings>());
        ConntrackCollector collector = new(options, log: null, happened, BootTime.Clock);
        collector.Start();
        return collector;
    }
}
