using System.CommandLine;
using System.Runtime.InteropServices;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Outputs.Console;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands;

/// <summary><c>connbeat run</c>, which is what <c>connbeat</c> alone does.</summary>
internal static class RunCommand
{
    private const int StoppedAsAsked = 0;
    private const int CouldNotStart = 1;
    private const int CouldNotGoOn = 1;

    /// <summary>What a shell says of a program whose reader went away: 128 + SIGPIPE.</summary>
    private const int ReaderGone = 141;

    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs the agent until it is stopped.</summary>
    public static async Task<int> RunAsync(RunFlags flags, ParseResult asked)
    {
        if (asked.GetValue(flags.Version))
        {
            return VersionCommand.Print();
        }

        if (asked.GetValue(flags.ConfigTest))
        {
            return TestCommand.TestConfig(flags, asked);
        }

        using Supervision? supervision = Supervision.FromEnvironment(BootTime.Clock);
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNotStart;
        }

        LogThreshold threshold = new(LevelOf(flags, asked, config.Options.Logging.Level));
        using ILoggerFactory logs = Logs.Open(threshold, config.Options.Logging.Json);
        ConfigurationHappenings happened = new(logs.CreateLogger<ConfigurationHappenings>());
        happened.Loaded(config.Files, [.. config.Warnings, .. flags.Warnings(asked)]);

        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        try
        {
            await using Stream stdout = StandardOutput.Open();
            IReadOnlyList<OutputPlan> Outputs(LoadedConfig of) => asked.GetValue(flags.PublishNothing)
                ? []
                : OutputPlans.Of(of.Options.Output, stdout);

            await using Agent agent = new(config.Options, Outputs(config), logs, BootTime.Clock, supervision);
            await using Serving serving = new(agent, logs);
            Reload reload = new(config, () => Configuration.Load(flags, asked), ApplyAsync, happened, supervision);
            using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                reload.Ask();
            });
            await serving.ApplyAsync(config);
            Task reloading = reload.RunAsync(stop.Token);

            async Task ApplyAsync(LoadedConfig loaded)
            {
                IReadOnlyList<OutputPlan> outputs = Outputs(loaded); // one that can't be opened changes nothing
                await serving.ApplyAsync(loaded); // nor does an address that can't be had
                agent.Redact(loaded.Options.Enrichment.Redact);
                threshold.MoveTo(LevelOf(flags, asked, loaded.Options.Logging.Level));
                await agent.ReplaceOutputsAsync(outputs);
                agent.ReplaceProcessors(loaded.Options.Processors);
            }

            int code = await agent.RunAsync(asked.GetValue(flags.Once), stop.Token) switch
            {
                AgentEnd.StoppedAsAsked => StoppedAsAsked,
                AgentEnd.ReaderGone => ReaderGone,
                _ => CouldNotGoOn,
            };
            await stop.CancelAsync();
            await reloading;
            return code;
        }
        catch (Exception failure) when (failure is
            KernelException or BpfException or ConfigException or OutputUnavailableException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"Exiting: {failure.Message}");
            return CouldNotStart;
        }
    }

    private static LogLevel LevelOf(RunFlags flags, ParseResult asked, LogLevel configured)
    {
        if (asked.GetValue(flags.Debug) is not null)
        {
            return LogLevel.Debug;
        }

        return asked.GetValue(flags.Verbose) && configured > LogLevel.Information ? LogLevel.Information : configured;
    }

    /// <summary>
    /// The first signal asks to stop in order; a later one is left to end the process. One that comes right after it is the
    /// same: timeout(1) sends it to the process and then to its group.
    /// </summary>
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop)
    {
        long? asked = null;
        return PosixSignalRegistration.Create(signal, context =>
        {
            asked ??= BootTime.Clock.GetTimestamp();
            context.Cancel = BootTime.Clock.GetElapsedTime(asked.Value) < SameSignal;
            stop.Cancel();
        });
    }
}
