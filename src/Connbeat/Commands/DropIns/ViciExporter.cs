using System.CommandLine;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// <c>connbeat ipsec-vici</c>, or <c>ipsec_exporter</c> by name: the SAs of strongSwan, as VICI tells them.
/// </summary>
internal static class ViciExporter
{
    private const int Failed = 1;

    private static readonly Option<string> SocketAt = new("--vici.socket")
    {
        Description = "Where strongSwan listens: a path, unix:///path, or tcp://host:port.",
        DefaultValueFactory = _ => "/var/run/charon.vici",
    };

    private static readonly Option<string> Timeout = new("--vici.timeout")
    {
        Description = "The longest that strongSwan may take to tell everything.",
        DefaultValueFactory = _ => "5s",
    };

    private static readonly Option<string> Listen = new("--web.listen-address")
    {
        Description = "Where to serve: host:port, :port, or unix:/path.",
        DefaultValueFactory = _ => ":9814",
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

    private static readonly Option<bool> LegacyValues = new("--legacy-values")
    {
        Description = "strongswan_sa_state and the packets as the original had them: 0, and bytes.",
    };

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        RootCommand command = new("The SAs of strongSwan, as VICI tells them, for Prometheus.")
        {
            SocketAt, Timeout, Listen, WebConfigFile, TelemetryPath, LegacyValues,
        };
        command.SetAction((asked, _) => RunAsync(asked));
        ParseResult asked = command.Parse(arguments);
        if (asked.Errors is [var error, ..])
        {
            Console.Error.WriteLine($"ipsec_exporter: {error.Message}");
            Console.Error.WriteLine("Usage: connbeat ipsec-vici [options]; see connbeat ipsec-vici --help");
            return Task.FromResult(Failed);
        }

        return asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(ParseResult asked)
    {
        if (!ViciAddress.TryParse(asked.GetValue(SocketAt)!, out _))
        {
            return Refuse("--vici.socket", asked.GetValue(SocketAt), ViciAddress.Expected);
        }

        if (!Duration.TryParse(asked.GetValue(Timeout)!, out TimeSpan timeout) || timeout <= TimeSpan.Zero || timeout > TimeSpan.FromMinutes(1))
        {
            return Refuse("--vici.timeout", asked.GetValue(Timeout), "a duration such as 5s or 500ms, at most 1m");
        }

        if (!ListenAddress.TryParse(asked.GetValue(Listen)!, out ListenAddress? address))
        {
            return Refuse("--web.listen-address", asked.GetValue(Listen), ListenAddress.Expected);
        }

        using ILoggerFactory logs = Logs.Open(LogLevel.Information, json: false);
        string path = '/' + asked.GetValue(TelemetryPath)!.Trim('/');
        bool legacyValues = asked.GetValue(LegacyValues);
        try
        {
            WebAccess? access = WebAccess.Of(asked.GetValue(WebConfigFile)!, new ExporterHappenings(logs.CreateLogger<ExporterHappenings>()));
            await using ViciSource source = ExporterPlans.OpenVici(asked.GetValue(SocketAt)!, timeout, logs);
            await using WebListener listener = await WebListener.OpenAsync(
                address, context => AnswerAsync(context, path, source, legacyValues), access);
            Console.Error.WriteLine($"connbeat {Product.Version} as ipsec_exporter: Up and Running at {address}, {path}");
            await StopSignals.WaitAsync();
            return 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ConfigException)
        {
            Console.Error.WriteLine($"ipsec_exporter: {address}: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>The path, and nothing else.</summary>
    private static async Task AnswerAsync(HttpContext context, string path, ViciSource source, bool legacyValues)
    {
        if (context.Request.Path.Value != path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        ViciSnapshot snapshot = await source.ReadAsync();
        await MetricsAnswer.SendAsync(context, page =>
        {
            ViciCollector.Write(page, snapshot, legacyValues);
            return Task.FromResult(true);
        });
    }

    private static int Refuse(string option, string? value, string expected)
    {
        Console.Error.WriteLine($"ipsec_exporter: {option} is '{value}'; expected {expected}");
        return Failed;
    }
}
