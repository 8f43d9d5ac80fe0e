using System.CommandLine;
using System.Globalization;
using Connbeat.Config;
using Connbeat.Exporters.IpsecStatus;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// <c>connbeat ipsec-status</c>, or <c>ipsec-exporter</c> by name: the connections of ipsec.conf, and how they are.
/// </summary>
internal static class IpsecStatusExporter
{
    private const int Failed = 1;

    private static readonly StrongSwanProgram Program = new("ipsec-exporter", "ipsec-status");

    private static readonly Option<string> ConfigPath = new("--config-path")
    {
        Description = "The file that names the tunnels.",
        DefaultValueFactory = _ => "/etc/ipsec.conf",
    };

    private static readonly Option<string> Listen = SharedFlags.ListenAddress("10437", "a port, host:port, :port, or unix:/path");
    private static readonly Option<string> WebConfigFile = SharedFlags.WebConfigFile();
    private static readonly Option<string> TelemetryPath = SharedFlags.TelemetryPath();

    private static readonly Option<string> CommandLine = new("--ipsec.command")
    {
        Description = "What prints the status: ipsec statusall; for libreswan: ipsec status.",
        DefaultValueFactory = _ => "ipsec statusall",
    };

    private static readonly Option<string> Timeout = SharedFlags.Timeout("--ipsec.timeout", "The longest that the command, or VICI, may take.");

    private static readonly Option<bool> EnableSudo = new("--enable.sudo") { Description = "Run the command by sudo." };

    private static readonly Option<string> Source = new("--source")
    {
        Description = "Who is asked: vici, command, or auto: vici, and the command where that does not answer.",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string> SocketAt = SharedFlags.ViciSocket();

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        Source.AcceptOnlyFromAmong("auto", "vici", "command");
        return Program.RunAsync(
            new RootCommand("The tunnels of ipsec.conf, and how they are, for Prometheus.")
            {
                ConfigPath, Listen, WebConfigFile, TelemetryPath, CommandLine, Timeout, EnableSudo, Source, SocketAt,
            },
            arguments,
            RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult asked)
    {
        string listen = asked.GetValue(Listen)!;
        string at = ushort.TryParse(listen, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) ? $":{port}" : listen;
        if (!ListenAddress.TryParse(at, out ListenAddress? address))
        {
            return Program.Refuse(Listen.Name, listen, $"a port, {ListenAddress.Expected}");
        }

        if (!Program.TryReadDaemon(asked, SocketAt, Timeout, out TimeSpan timeout))
        {
            return Failed;
        }

        if (string.IsNullOrWhiteSpace(asked.GetValue(CommandLine)))
        {
            return Program.Refuse(CommandLine.Name, asked.GetValue(CommandLine), "a program and its arguments");
        }

        IpsecStatusOptions options = new()
        {
            ConfigPath = asked.GetValue(ConfigPath)!,
            Source = asked.GetValue(Source) switch
            {
                "vici" => StatusSource.Vici,
                "command" => StatusSource.Command,
                _ => StatusSource.Auto,
            },
            Socket = asked.GetValue(SocketAt)!,
            Command = (asked.GetValue(EnableSudo) ? "sudo -n " : "") + asked.GetValue(CommandLine),
            Timeout = timeout,
        };
        using ILoggerFactory logs = Logs.Open(LogLevel.Information, json: false);
        using IpsecCollector tunnels = ExporterPlans.OpenStatus(options, logs);
        return await Program.ServeAsync(
            address, '/' + asked.GetValue(TelemetryPath)!.Trim('/'), asked.GetValue(WebConfigFile)!, logs, $"Listening on {listen}",
            async page => IpsecFamilies.WriteAll(page, await tunnels.ReadAsync()));
    }
}
