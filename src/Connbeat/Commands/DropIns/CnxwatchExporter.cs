using System.Buffers;
using System.CommandLine;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;

namespace Connbeat.Commands.DropIns;

/// <summary><c>connbeat cnxwatch</c>, or <c>cnxwatch_exporter</c> by name: whether the sockets of a list are there.</summary>
internal static class CnxwatchExporter
{
    private const int Failed = 1;

    private static readonly Option<string> Listen = SharedFlags.ListenAddress(":9293");
    private static readonly Option<string> WebConfigFile = SharedFlags.WebConfigFile();
    private static readonly Option<string> TelemetryPath = SharedFlags.TelemetryPath();
    private static readonly Option<string> ConfigFile = new("--config-file", "-c")
    {
        Description = "What to watch.",
        DefaultValueFactory = _ => "config/config.yml",
    };

    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "Print the metrics once." };

    private static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Taken, and without effect." };

    private static readonly Option<string> LogLevel = new("--log.level")
    {
        Description = "debug, info, warn or error.",
        DefaultValueFactory = _ => "info",
    };

    private static readonly Option<string> LogFormat = new("--log.format")
    {
        Description = "logfmt or json.",
        DefaultValueFactory = _ => "logfmt",
    };

    private static readonly Option<bool> Version = new("--version") { Description = "Print the version." };

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>0; 1 where it could not start.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        LogLevel.AcceptOnlyFromAmong("debug", "info", "warn", "error");
        LogFormat.AcceptOnlyFromAmong("logfmt", "json");
        RootCommand command = new("Whether watched sockets are there, for Prometheus.");
        foreach (Option builtIn in command.Options.Where(option => option is VersionOption).ToList())
        {
            command.Options.Remove(builtIn);
        }

        foreach (Option option in (Option[])[Listen, WebConfigFile, TelemetryPath, ConfigFile, DryRun, Debug, LogLevel, LogFormat, Version])
        {
            command.Options.Add(option);
        }

        command.SetAction((asked, _) => RunAsync(asked));
        ParseResult asked = command.Parse(arguments);
        if (asked.Errors is [var error, ..])
        {
            string? flag = asked.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-'));
            string kind = flag?.StartsWith("--", StringComparison.Ordinal) == true ? "long" : "short";
            Console.Error.WriteLine(
                flag is null ? $"cnxwatch_exporter: error: {error.Message}" : $"cnxwatch_exporter: error: unknown {kind} flag '{flag}', try --help");
            return Failed;
        }

        return await asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(ParseResult asked)
    {
        ExporterLog log = new(Console.Error, asked.GetValue(LogFormat) == "json", asked.GetValue(LogLevel)!);
        if (asked.GetValue(Version))
        {
            Console.WriteLine($"cnxwatch_exporter, version {Product.Version} of connbeat");
            return 0;
        }

        if (!ListenAddress.TryParse(asked.GetValue(Listen)!, out ListenAddress? address))
        {
            log.Error($"--web.listen-address is '{asked.GetValue(Listen)}'; expected {ListenAddress.Expected}");
            return Failed;
        }

        ExporterHappenings happened = new(log);
        if (OpenWatch(asked.GetValue(ConfigFile)!, log, happened) is not { } opened)
        {
            return Failed;
        }

        using SocketWatch watch = opened;
        if (asked.GetValue(DryRun))
        {
            ArrayBufferWriter<byte> page = new();
            watch.Write(new MetricsPage(page, ExpositionFormat.Prometheus));
            using Stream stdout = Console.OpenStandardOutput();
            stdout.Write(page.WrittenSpan);
            return 0;
        }

        try
        {
            OriginalPage page = ExporterPlans.Cnxwatch with { Path = '/' + asked.GetValue(TelemetryPath)!.Trim('/') };
            WebAccess? access = WebAccess.Of(asked.GetValue(WebConfigFile)!, happened);
            await using GuardedCollector collector = new(watch.Name, () => watch, happened, BootTime.Clock);
            await using WebListener listener =
                await WebListener.OpenAsync(address, context => page.AnswerAsync(context, collector, ServedPages.Patience), access);
            log.Info($"Listening on {address}");
            await StopSignals.WaitAsync();
            return 0;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ConfigException)
        {
            log.Error($"Error starting HTTP server: {failure.Message}");
            return Failed;
        }
    }

    private static SocketWatch? OpenWatch(string file, ExporterLog log, ExporterHappenings happened)
    {
        List<ConfigFault> warnings = [];
        try
        {
            IReadOnlyList<WatchedSocket> sockets = WatchedSockets.Read(file, File.ReadAllText(file), warnings);
            foreach (ConfigFault warning in warnings)
            {
                log.Warn(warning.ToString());
            }

            SocketWatch watch = new(
                sockets, new ProcReader(ProcReader.System), BootTime.Clock, new CnxwatchOptions().ResolveInterval, happened);
            watch.Resolve();
            return watch;
        }
        catch (ConfigException faulty)
        {
            foreach (ConfigFault fault in faulty.Faults)
            {
                log.Error($"Error loading config: {fault}");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException or KernelException)
        {
            log.Error($"Error loading config: {file}: {failure.Message}");
        }

        return null;
    }
}
