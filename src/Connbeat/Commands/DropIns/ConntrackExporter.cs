using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Conntrack;
using Connbeat.Exporters.Endpoint;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>
/// <c>connbeat conntrack</c>, or <c>conntrack_exporter</c> by name: the connections to each remote host, as netfilter's
/// conntrack has them.
/// </summary>
internal static class ConntrackExporter
{
    private const int Failed = 1;

    private static readonly Option<string> BindAddress = new("--bind-address", "-b")
    {
        Description = "The address to serve at.",
        DefaultValueFactory = _ => "0.0.0.0",
    };

    private static readonly Option<ushort> ListenPort = new("--listen-port", "-l")
    {
        Description = "The port to serve at.",
        DefaultValueFactory = _ => 9318,
    };

    private static readonly Option<string> ListenPath = new("--listen-path", "-p")
    {
        Description = "The path to serve at.",
        DefaultValueFactory = _ => "/metrics",
    };

    private static readonly Option<string> IgnoreHosts = new("--ignore-hosts", "-i")
    {
        Description = "Far ends to leave out: address:port, addresses, or networks, with commas or spaces between them.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<bool> LogEvents = new("--log-events", "-e") { Description = "Write each change to stdout." };

    private static readonly Option<string> LogEventsFormat = new("--log-events-format", "-f")
    {
        Description = "netfilter, or json.",
        DefaultValueFactory = _ => "netfilter",
    };

    private static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Say more on stderr." };

    private static readonly Option<int?> MaxSeries = new("--max-series")
    {
        Description = "The most hosts to tell apart; the rest is host=\"other\". Any number, unless told.",
    };

    private static readonly Option<string> WebConfigFile = SharedFlags.WebConfigFile();

    private static readonly Option<string> HostLabelOption = new("--host-label")
    {
        Description = "address_port, address, or network.",
        DefaultValueFactory = _ => "address_port",
    };

    private static readonly Option<string> Inbound = new("--inbound")
    {
        Description = "How to tell hosts that connect to this one: port, address, or off.",
        DefaultValueFactory = _ => "port",
    };

    private static readonly Option<bool> Direction = new("--direction") { Description = "Tell who began, in a label." };

    private static readonly Option<bool> Fallback = new("--fallback-to-sockets")
    {
        Description = "Count sockets where conntrack can't be read, or tracks nothing.",
    };

    private static readonly Option<bool> Udp = new("--udp") { Description = "Count UDP too." };

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        HostLabelOption.AcceptOnlyFromAmong("address_port", "address", "network");
        Inbound.AcceptOnlyFromAmong("port", "address", "off");
        RootCommand command = new("Connections per remote host, as conntrack has them, for Prometheus.")
        {
            BindAddress, ListenPort, ListenPath, IgnoreHosts, LogEvents, LogEventsFormat, Debug, MaxSeries, HostLabelOption,
            Inbound, Direction, Udp, Fallback, WebConfigFile,
        };
        command.SetAction(RunAsync);
        ParseResult asked = command.Parse(arguments);
        if (asked.Errors is [var error, ..])
        {
            string? flag = asked.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-'));
            Console.Error.WriteLine(flag is null ? $"ERROR: {error.Message}" : $"ERROR: found unexpected flag: {flag}");
            Console.Error.WriteLine("Usage: connbeat conntrack [options]; see connbeat conntrack --help");
            return Failed;
        }

        return await asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(ParseResult asked, CancellationToken stop)
    {
        if (ReadIgnored(asked.GetValue(IgnoreHosts)!) is not { } ignored)
        {
            return Failed;
        }

        ConntrackOptions options = new()
        {
            Ignored = ignored,
            MaxSeries = asked.GetValue(MaxSeries),
            HostLabel = asked.GetValue(HostLabelOption) switch
            {
                "address" => HostLabel.Address,
                "network" => HostLabel.Network,
                _ => HostLabel.AddressPort,
            },
            Inbound = asked.GetValue(Inbound) switch
            {
                "address" => InboundHosts.Address,
                "off" => InboundHosts.Off,
                _ => InboundHosts.Port,
            },
            TellsDirection = asked.GetValue(Direction),
            Udp = asked.GetValue(Udp),
            FallsBackToSockets = asked.GetValue(Fallback),
        };
        if (!IPAddress.TryParse(asked.GetValue(BindAddress), out IPAddress? bind))
        {
            Console.Error.WriteLine($"ERROR: --bind-address is '{asked.GetValue(BindAddress)}'; expected an address");
            return Failed;
        }

        OriginalPage page = ExporterPlans.Conntrack with { Path = '/' + asked.GetValue(ListenPath)!.Trim('/') };
        using ILoggerFactory logs = Logs.Open(asked.GetValue(Debug) ? LogLevel.Debug : LogLevel.Information, json: false);
        ConntrackHappenings happened = new(logs.CreateLogger<ConntrackHappenings>());
        ConntrackLog? log = asked.GetValue(LogEvents)
            ? new ConntrackLog(Console.Out, asJson: asked.GetValue(LogEventsFormat) != "netfilter", BootTime.Clock)
            : null;
        try
        {
            using ConntrackCollector conntrack = new(options, log, happened, BootTime.Clock);
            ExporterHappenings served = new(logs.CreateLogger<ExporterHappenings>());
            WebAccess? access = WebAccess.Of(asked.GetValue(WebConfigFile)!, served);
            await using GuardedCollector collector = new(conntrack.Name, () => conntrack, served, BootTime.Clock);
            ListenAddress at = new(bind.ToString(), asked.GetValue(ListenPort), null);
            await using WebListener listener =
                await WebListener.OpenAsync(at, context => page.AnswerAsync(context, collector, ServedPages.Patience), access);
            Console.WriteLine($"connbeat {Product.Version} as conntrack_exporter");
            Console.WriteLine($"Serving metrics at {UrlOf(listener, bind)}{page.Path} ...");
            conntrack.Start();
            await StopSignals.WaitAsync();
            Console.WriteLine("Stopping conntrack_exporter");
            return 0;
        }
        catch (Exception failure) when (failure is KernelException or SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            Console.Error.WriteLine($"ERROR: conntrack cannot be read: {failure.Message}; it takes CAP_NET_ADMIN");
            return Failed;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ConfigException)
        {
            Console.Error.WriteLine($"ERROR: {failure.Message}");
            return Failed;
        }
    }

    private static List<IgnoredHost>? ReadIgnored(string text)
    {
        List<IgnoredHost> ignored = [];
        foreach (string one in text.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IgnoredHost.TryParse(one, out IgnoredHost host))
            {
                Console.Error.WriteLine($"ERROR: --ignore-hosts has '{one}'; expected {IgnoredHost.Expected}");
                return null;
            }

            ignored.Add(host);
        }

        return ignored;
    }

    private static string UrlOf(WebListener listener, IPAddress bind)
    {
        string port = listener.Address[(listener.Address.LastIndexOf(':') + 1)..];
        bool isHere = IPAddress.Any.Equals(bind) || IPAddress.Loopback.Equals(bind);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"http://{(isHere ? "localhost" : bind.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{bind}]" : bind)}:{port}");
    }
}
