using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.IpsecStatus;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// <c>connbeat ipsec-status</c>, or <c>ipsec-exporter</c> by name: the connections of ipsec.conf, and how they are.
/// </summary>
internal static class IpsecStatusExporter
{
    private const int Failed = 1;

    private static readonly Option<string> ConfigPath = new("--config-path")
    {
        Description = "The file that names the tunnels.",
        DefaultValueFactory = _ => "/etc/ipsec.conf",
    };

    private static readonly Option<string> Listen = new("--web.listen-address")
    {
        Description = "Where to serve: a port, host:port, :port, or unix:/path.",
        DefaultValueFactory = _ => "10437",
    };

    private static readonly Option<string> WebConfigFile = new("--web.config.file")
    {
        Description = "A web-config.yml that says who may see the page.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<string> TelemetryPath = new("--web.telemetry-path")
    {
        Description = "The path of the metrics.",
        DefaultValueFactory = _ => "/metrics",
    };

    private static readonly Option<string> CommandLine = new("--ipsec.command")
    {
        Description = "What prints the status: ipsec statusall; for libreswan: ipsec status.",
        DefaultValueFactory = _ => "ipsec statusall",
    };

    private static readonly Option<string> CommandTimeout = new("--ipsec.timeout")
    {
        Description = "The longest that the command, or VICI, may take.",
        DefaultValueFactory = _ => "5s",
    };

    private static readonly Option<bool> EnableSudo = new("--enable.sudo") { Description = "Run the command by sudo." };

    private static readonly Option<string> Source = new("--source")
    {
        Description = "Who is asked: vici, command, or auto: vici, and the command where that does not answer.",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string> SocketAt = new("--vici.socket")
    {
        Description = "Where strongSwan listens: a path, unix:///path, or tcp://host:port.",
        DefaultValueFactory = _ => "/var/run/charon.vici",
    };

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        Source.AcceptOnlyFromAmong("auto", "vici", "command");
        RootCommand command = new("The tunnels of ipsec.conf, and how they are, for Prometheus.")
        {
            ConfigPath, Listen, WebConfigFile, TelemetryPath, CommandLine, CommandTimeout, EnableSudo, Source, SocketAt,
        };
        command.SetAction((asked, _) => RunAsync(asked));
        ParseResult asked = command.Parse(arguments);
        if (asked.Errors is [var error, ..])
        {
            Console.Error.WriteLine($"ipsec-exporter: {error.Message}");
            Console.Error.WriteLine("Usage: connbeat ipsec-status [options]; see connbeat ipsec-status --help");
            return Task.FromResult(Failed);
        }

        return asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(ParseResult asked)
    {
        string listen = asked.GetValue(Listen)!;
        string at = ushort.TryParse(listen, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) ? $":{port}" : listen;
        if (!ListenAddress.TryParse(at, out ListenAddress? address))
        {
            return Refuse("--web.listen-address", listen, $"a port, {ListenAddress.Expected}");
        }

        if (!Duration.TryParse(asked.GetValue(CommandTimeout)!, out TimeSpan timeout) || timeout <= TimeSpan.Zero || timeout > TimeSpan.FromMinutes(1))
        {
            return Refuse("--ipsec.timeout", asked.GetValue(CommandTimeout), "a duration such as 5s or 500ms, at most 1m");
        }

        if (!ViciAddress.TryParse(asked.GetValue(SocketAt)!, out _))
        {
            return Refuse("--vici.socket", asked.GetValue(SocketAt), ViciAddress.Expected);
        }

        if (string.IsNullOrWhiteSpace(asked.GetValue(CommandLine)))
        {
            return Refuse("--ipsec.command", asked.GetValue(CommandLine), "a program and its arguments");
        }

        StatusSource source = asked.GetValue(Source) switch
        {
            "vici" => StatusSource.Vici,
            "command" => StatusSource.Command,
            _ => StatusSource.Auto,
        };
        using ILoggerFactory logs = Logs.Open(LogLevel.Information, json: false);
        string path = '/' + asked.GetValue(TelemetryPath)!.Trim('/');
        try
        {
            WebAccess? access = WebAccess.Of(asked.GetValue(WebConfigFile)!, new ExporterHappenings(logs.CreateLogger<ExporterHappenings>()));
            using IpsecCollector tunnels = ExporterPlans.OpenStatus(
                new IpsecStatusOptions
                {
                    ConfigPath = asked.GetValue(ConfigPath)!,
                    Source = source,
                    Socket = asked.GetValue(SocketAt)!,
                    Command = (asked.GetValue(EnableSudo) ? "sudo -n " : "") + asked.GetValue(CommandLine),
                    Timeout = timeout,
                },
                logs);
            await using WebListener listener = await WebListener.OpenAsync(address, context => AnswerAsync(context, path, tunnels), access);
            Console.Error.WriteLine($"connbeat {Product.Version} as ipsec-exporter: Listening on {listen}");
            await StopSignals.WaitAsync();
            return 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ConfigException)
        {
            Console.Error.WriteLine($"ipsec-exporter: {address}: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>The path, and nothing else.</summary>
    private static async Task AnswerAsync(HttpContext context, string path, IpsecCollector tunnels)
    {
        if (context.Request.Path.Value != path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        IpsecSnapshot snapshot = await tunnels.ReadAsync();
        await MetricsAnswer.SendAsync(context, page =>
        {
            IpsecFamilies.WriteAll(page, snapshot);
            return Task.FromResult(true);
        });
    }

    private static int Refuse(string option, string? value, string expected)
    {
        Console.Error.WriteLine($"ipsec-exporter: {option} is '{value}'; expected {expected}");
        return Failed;
    }
}
