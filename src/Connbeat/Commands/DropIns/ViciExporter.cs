using System.CommandLine;
using Connbeat.Config;
using Connbeat.Exporters.Vici;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// <c>connbeat ipsec-vici</c>, or <c>ipsec_exporter</c> by name: the SAs of strongSwan, as VICI tells them.
/// </summary>
internal static class ViciExporter
{
    private const int Failed = 1;

    private static readonly StrongSwanProgram Program = new("ipsec_exporter", "ipsec-vici");
    private static readonly Option<string> SocketAt = SharedFlags.ViciSocket();
    private static readonly Option<string> Timeout =
        SharedFlags.Timeout("--vici.timeout", "The longest that strongSwan may take to tell everything.");

    private static readonly Option<string> Listen = SharedFlags.ListenAddress(":9814");
    private static readonly Option<string> WebConfigFile = SharedFlags.WebConfigFile();
    private static readonly Option<string> TelemetryPath = SharedFlags.TelemetryPath();
    private static readonly Option<bool> LegacyValues = new("--legacy-values")
    {
        Description = "strongswan_sa_state and the packets as the original had them: 0, and bytes.",
    };

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static Task<int> RunAsync(string[] arguments) => Program.RunAsync(
        new RootCommand("The SAs of strongSwan, as VICI tells them, for Prometheus.")
        {
            SocketAt, Timeout, Listen, WebConfigFile, TelemetryPath, LegacyValues,
        },
        arguments,
        RunAsync);

    private static async Task<int> RunAsync(ParseResult asked)
    {
        if (!Program.TryReadDaemon(asked, SocketAt, Timeout, out TimeSpan timeout))
        {
            return Failed;
        }

        if (!ListenAddress.TryParse(asked.GetValue(Listen)!, out ListenAddress? address))
        {
            return Program.Refuse(Listen.Name, asked.GetValue(Listen), ListenAddress.Expected);
        }

        using ILoggerFactory logs = Logs.Open(LogLevel.Information, json: false);
        string path = '/' + asked.GetValue(TelemetryPath)!.Trim('/');
        bool legacyValues = asked.GetValue(LegacyValues);
        await using ViciSource source = ExporterPlans.OpenVici(asked.GetValue(SocketAt)!, timeout, logs);
        return await Program.ServeAsync(
            address, path, asked.GetValue(WebConfigFile)!, logs, $"Up and Running at {address}, {path}",
            async page => ViciCollector.Write(page, await source.ReadAsync(), legacyValues));
    }
}
