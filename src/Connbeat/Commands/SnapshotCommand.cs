using System.Buffers;
using System.CommandLine;
using System.Net;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Outputs.Console;
using Connbeat.Tracking;

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
        Option<bool> listening = new("--listening") { Description = "Only listening sockets." };
        Option<string?> process = new("--process") { Description = "Only of processes of this name.", HelpName = "NAME" };
        Option<int?> pid = new("--pid") { Description = "Only of this process.", HelpName = "N" };
        Option<ushort?> port = new("--port") { Description = "Only with this port at either end.", HelpName = "N" };
        Option<IPNetwork?> remote = new("--remote")
        {
            Description = "Only to and from this address or network.",
            HelpName = "CIDR",
            CustomParser = Parsed(ParseNetwork, "an address or a network such as 192.0.2.0/24"),
        };
        Option<TcpState?> state = new("--state")
        {
            Description = $"Only in this state: {SocketStates.Known}.",
            HelpName = "STATE",
            CustomParser = Parsed(ParseState, SocketStates.Known),
        };
        Command command = new("snapshot", "What is connected right now.")
        {
            format, listening, process, pid, port, remote, state,
        };
        command.SetAction(asked => Run(flags, asked, asked.GetValue(format)!, new SocketFilter
        {
            Listening = asked.GetValue(listening),
            Process = asked.GetValue(process),
            Pid = asked.GetValue(pid),
            Port = asked.GetValue(port),
            Remote = asked.GetValue(remote),
            State = asked.GetValue(state),
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
            TcpStates states = filter.State is { } state ? (TcpStates)(1u << (int)state) | TcpStates.Listening : TcpStates.Watched;
            HostScanner? scanner = config.Options.Enrichment.ExposeProcessInfo
                ? Agent.CreateScanner(config.Options.Enrichment, time)
                : null;
            List<Connection> sockets = [.. SocketSnapshot.Take(states, scanner, time).Where(filter.Matches)];
            using Stream stdout = StandardOutput.Open();
            Write(sockets, format, config.Options, stdout, time);
            return 0;
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            return ReaderGone;
        }
        catch (Exception failure) when (failure is KernelException or IOException)
        {
            Console.Error.WriteLine($"Exiting: {failure.Message}");
            return CouldNotStart;
        }
    }

    private static void Write(List<Connection> sockets, string format, AgentOptions options, Stream to, TimeProvider time)
    {
        if (format == "table")
        {
            using StreamWriter text = new(new BufferedStream(to, 1 << 16), leaveOpen: true);
            SnapshotTable.Write(sockets, text, coloured: !Console.IsOutputRedirected);
            return;
        }

        ArrayBufferWriter<byte> buffer = new(1 << 16);
        using SnapshotEvents events = new(options, time);
        bool array = format == "json";
        buffer.Write(array ? "["u8 : ""u8);
        for (int position = 0; position < sockets.Count; position++)
        {
            buffer.Write(array ? position == 0 ? "\n"u8 : ",\n"u8 : ""u8);
            events.Write(sockets[position], buffer);
            buffer.Write(array ? ""u8 : "\n"u8);
            if (buffer.WrittenCount > 1 << 16)
            {
                to.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }

        buffer.Write(array ? "\n]\n"u8 : ""u8);
        to.Write(buffer.WrittenSpan);
    }

    private static Func<System.CommandLine.Parsing.ArgumentResult, T?> Parsed<T>(Func<string, T?> parse, string expected)
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

    private static IPNetwork? ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }

    private static TcpState? ParseState(string text) => SocketStates.TryParse(text, out TcpState state) ? state : null;
}
