using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Outputs.Console;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands;

/// <summary><c>connbeat snapshot</c>: what is connected right now.</summary>
internal static class SnapshotCommand
{
    private const int CouldNotStart = 1;
    private const int ReaderGone = 141; // what a shell says of a program whose reader went away: 128 + SIGPIPE
    private const int BrokenPipe = 32; // EPIPE

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Option<string> format = new("--format") { Description = "table, json or ndjson.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "ndjson");
        Option<bool> listening = new("--listening") { Description = "Only sockets that listen, and bound UDP ones." };
        Option<string?> process = new("--process") { Description = "Only of processes of this name.", HelpName = "NAME" };
        Option<int?> pid = new("--pid") { Description = "Only of this process.", HelpName = "N" };
        Option<ushort?> port = new("--port") { Description = "Only with this port at either end.", HelpName = "N" };
        Option<IPNetwork?> remote = new("--remote")
        {
            Description = "Only to and from this address or network.",
            HelpName = "CIDR",
            CustomParser = Parsed(SocketFilter.ParseNetwork, "an address or a network such as 192.0.2.0/24"),
        };
        Option<TcpState?> state = new("--state")
        {
            Description = $"Only in this state: {SocketStates.Known}.",
            HelpName = "STATE",
            CustomParser = Parsed(ParseState, SocketStates.Known),
        };
        Option<string?> container = new("--container")
        {
            Description = "Only of the container whose id begins so.",
            HelpName = "ID",
        };
        container.Validators.Add(RefuseEmpty);
        Command command = new("snapshot", "What is connected right now.")
        {
            format, listening, process, pid, port, remote, state, container,
        };
        command.SetAction(asked => Run(flags, asked, asked.GetValue(format)!, new SocketFilter
        {
            Listening = asked.GetValue(listening),
            Process = asked.GetValue(process),
            Pid = asked.GetValue(pid),
            Port = asked.GetValue(port),
            Remote = asked.GetValue(remote),
            State = asked.GetValue(state),
            Container = asked.GetValue(container),
        }));
        return command;
    }

    private static int Run(RunFlags flags, ParseResult asked, string format, SocketFilter filter)
    {
        if (Configuration.TryLoad(flags, asked) is not { } config)
        {
            return CouldNotStart;
        }

        try
        {
            BootTime time = BootTime.Clock;
            using ILoggerFactory logs = Logs.Open(LogLevel.Warning, config.Options.Logging.Json);
            CaptureHappenings happened = new(logs.CreateLogger<CaptureHappenings>());
            CaptureStart start = new(config.Options.Capture, ProcNetFiles.FromEnvironment(), time, happened);
            EnrichmentOptions enrichment = config.Options.Enrichment;
            SocketSnapshot snapshot = new(
                start, enrichment, happened, time);
            List<Connection> sockets = [.. snapshot.Take(filter.States).Where(filter.Matches)];
            using Stream stdout = StandardOutput.Open();
            Surroundings surroundings = new(start.Settings.OwnNamespace, snapshot.Namespaces);
            Write(sockets, surroundings, format, config.Options, stdout, time);
            return 0;
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            return ReaderGone;
        }
        catch (Exception failure) when (failure is KernelException or BpfException or SocketException or IOException)
        {
            Console.Error.WriteLine($"Exiting: {failure.Message}");
            return CouldNotStart;
        }
    }

    private static void Write(
        List<Connection> sockets, Surroundings around, string format, AgentOptions options, Stream to, TimeProvider time)
    {
        if (format == "table")
        {
            using StreamWriter text = new(new BufferedStream(to, 1 << 16), leaveOpen: true);
            SnapshotTable.Write(
                sockets, text, coloured: !Console.IsOutputRedirected, around.OwnNamespace, around.Namespaces.NameOf);
            return;
        }

        ArrayBufferWriter<byte> buffer = new(1 << 16);
        using SnapshotEvents events = new(options, around, time);
        bool array = format == "json";
        buffer.Write(array ? "["u8 : ""u8);
        bool any = false;
        foreach (Connection socket in sockets)
        {
            bool isWritten = events.TryWrite(socket, array ? any ? ",\n"u8 : "\n"u8 : ""u8, buffer);
            any |= isWritten;
            buffer.Write(array || !isWritten ? ""u8 : "\n"u8);
            if (buffer.WrittenCount > 1 << 16)
            {
                to.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }

        buffer.Write(array ? "\n]\n"u8 : ""u8);
        to.Write(buffer.WrittenSpan);
    }

    private static void RefuseEmpty(OptionResult option)
    {
        if (option.Tokens is [{ Value: "" }])
        {
            option.AddError("'' is not understood; expected how the id of a container begins");
        }
    }

    private static Func<ArgumentResult, T?> Parsed<T>(Func<string, T?> parse, string expected)
        where T : struct => argument =>
    {
        string text = argument.Tokens is [{ Value: var value }] ? value : "";
        T? parsed = parse(text);
        if (parsed is null)
        {
            argument.AddError($"'{text}' is not understood; expected {expected}");
        }

        return parsed;
    };

    private static TcpState? ParseState(string text) => SocketStates.TryParse(text, out TcpState state) ? state : null;
}
