using Connbeat.Events;

namespace Connbeat.Processing.Fields;

/// <summary>The fields of the connbeat schema; Events/ConnbeatEncoder writes them.</summary>
internal sealed class ConnbeatFields(HostFacts host, LocalAddresses addresses, bool exposeProcesses)
{
    private const string Label = "container.labels.";

    private readonly ContainerAddresses _containers = new();
    private readonly string _run = host.Run.ToString();

    /// <summary>Takes the address of a container's socket, as the encoders do.</summary>
    public void Learn(SocketFacts? socket)
    {
        if (DetailsOf(socket) is not null)
        {
            _containers.Of(socket!.Container!.Id!).Add(socket.Tuple.Local);
        }
    }

    /// <summary>The field of that name; null where the schema has none.</summary>
    public EventField? Find(string name) => name[..Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))] switch
    {
        "container" => FindOfContainer(name),
        "event" => FindOfEvent(name),
        "local_process" => FindOfProcess(name),
        "network" => FindOfNetwork(name),
        "tunnel" => FindOfTunnel(name),
        _ => FindOther(name),
    };

    private EventField? FindOther(string name) => name switch
    {
        "@timestamp" => EventField.Time(static happened => happened.Timestamp),
        "type" => EventField.Text(static happened => happened.Action.IsAgent() ? "connbeat-agent" : "connbeat"),
        "agent.last_sequence" => EventField.Number(static happened => happened.Run?.LastSequence),
        "agent.previous_clean" => EventField.Boolean(static happened => happened.Run?.PreviousClean),
        "agent.previous_last_sequence" => EventField.Number(static happened => happened.Run?.PreviousLastSequence),
        "agent.previous_run" => EventField.Text(static happened => happened.Run?.PreviousRun),
        "beat.ephemeral_id" => EventField.Text(_ => _run),
        "beat.hostname" => EventField.Text(_ => host.Hostname),
        "beat.local_ips" => EventField.Addresses(_ => addresses),
        "beat.name" => EventField.Text(_ => host.Name),
        "beat.version" => EventField.Text(_ => host.Version),
        "error.code" => EventField.Text(static happened => happened.ErrorCode),
        "gap.count" => EventField.Number(static happened => happened.Gap?.Count),
        "gap.from" => EventField.Time(static happened => happened.Gap?.From),
        "gap.output" => EventField.Text(static happened => happened.Gap?.Output),
        "gap.reason" => EventField.Text(static happened => happened.Gap?.Reason),
        "gap.stage" => EventField.Text(static happened => happened.Gap?.Stage),
        "gap.to" => EventField.Time(static happened => happened.Gap?.To),
        "listener.ip" => EventField.Address(static happened => happened.Action.IsListener() ? happened.Socket?.Tuple.Local : null),
        "local_ip" => EventField.Address(static happened => happened.Action.IsListener() ? null : happened.Socket?.Tuple.Local),
        "local_port" => EventField.Number(static happened => happened.Socket?.Tuple.LocalPort),
        "remote_ip" => EventField.Address(static happened => happened.Action.IsListener() ? null : happened.Socket?.Tuple.Remote),
        "remote_port" => EventField.Number(static happened => happened.Action.IsListener() ? null : happened.Socket?.Tuple.RemotePort),
        _ => null,
    };

    private static EventField? FindOfEvent(string name) => name switch
    {
        "event.action" => EventField.Text(static happened => happened.Action.Name()),
        "event.created" => EventField.Time(static happened => happened.Created),
        "event.duration" => EventField.Number(static happened => FieldValues.Nanoseconds(happened.Duration)),
        "event.end" => EventField.Time(static happened => happened.End),
        "event.id" => EventField.ShortText(static (happened, text) =>
        {
            happened.Id.FormatUtf8(text);
            return EventId.Length;
        }),
        "event.reason" => EventField.Text(static happened => happened.Reason),
        "event.sequence" => EventField.Number(static happened => happened.Sequence > 0 ? happened.Sequence : null),
        "event.start" => EventField.Time(static happened => happened.Start),
        _ => null,
    };

    private static EventField? FindOfNetwork(string name) => name switch
    {
        "network.bytes_received" => EventField.Number(static happened => happened.Socket?.BytesReceived),
        "network.bytes_sent" => EventField.Number(static happened => happened.Socket?.BytesSent),
        "network.community_id" => EventField.ShortText(static (happened, text) =>
        {
            if (happened.Socket is not { } socket || happened.Action.IsListener())
            {
                return 0;
            }

            CommunityId.Write(socket.Transport, socket.Tuple, text[..CommunityId.Length]);
            return CommunityId.Length;
        }),
        "network.direction" => EventField.Text(static happened => happened.Socket?.Direction.Name()),
        "network.namespace" => EventField.Number(static happened => happened.Socket?.Namespace),
        "network.namespace_name" => EventField.Text(static happened => happened.Socket?.NamespaceName),
        "network.nat.local_ip" => EventField.Address(static happened => happened.Socket?.Nat?.Local?.Address),
        "network.nat.local_port" => EventField.Number(static happened => happened.Socket?.Nat?.Local?.Port),
        "network.nat.remote_ip" => EventField.Address(static happened => happened.Socket?.Nat?.Remote?.Address),
        "network.nat.remote_port" => EventField.Number(static happened => happened.Socket?.Nat?.Remote?.Port),
        "network.packets_received" => EventField.Number(static happened => happened.Socket?.PacketsReceived),
        "network.packets_sent" => EventField.Number(static happened => happened.Socket?.PacketsSent),
        "network.retransmits" => EventField.Number(static happened => happened.Socket?.Retransmits),
        "network.rtt_us" => EventField.Number(static happened => happened.Socket?.RttMicroseconds),
        "network.transport" => EventField.Text(static happened => happened.Socket is { } socket ? FieldValues.Of(socket.Transport).Value : null),
        "network.type" => EventField.Text(static happened => happened.Socket is { } socket ? FieldValues.Of(socket.Tuple).Value : null),
        _ => null,
    };

    private static EventField? FindOfTunnel(string name) => name switch
    {
        "tunnel.child" => EventField.Text(static happened => TunnelOf(happened)?.Child),
        "tunnel.expected" => EventField.Boolean(static happened => TunnelOf(happened)?.IsExpected),
        "tunnel.local_ts" => EventField.Texts(static happened => TunnelOf(happened)?.LocalTs),
        "tunnel.name" => EventField.Text(static happened => TunnelOf(happened)?.Name),
        "tunnel.protected" => EventField.Boolean(static happened => TunnelOf(happened)?.IsProtected),
        "tunnel.remote_ts" => EventField.Texts(static happened => TunnelOf(happened)?.RemoteTs),
        "tunnel.reqid" => EventField.Number(static happened => TunnelOf(happened)?.ReqId),
        "tunnel.state" => EventField.Text(static happened => TunnelOf(happened)?.State),
        _ => null,
    };

    private static TunnelFacts? TunnelOf(ConnectionEvent happened) => happened.Tunnel ?? happened.Socket?.Tunnel;

    private EventField? FindOfProcess(string name) => name switch
    {
        "local_process.attribution" => EventField.Text(static happened => happened.Socket?.Attribution.Name()),
        "local_process.binary" => EventField.Part(BinaryOf),
        "local_process.cmdline" => EventField.Text(happened => ProcessOf(happened)?.CommandLine ?? (happened.Socket is null ? null : "")),
        "local_process.environ" => EventField.Texts(
            happened => ProcessOf(happened)?.Environment ?? (happened.Socket is null ? null : ProcessJson.NotExposed)),
        "local_process.executable" => EventField.Text(happened => ProcessOf(happened)?.Executable),
        "local_process.name" => EventField.Text(happened => ProcessOf(happened)?.Name),
        "local_process.pid" => EventField.Number(happened => ProcessOf(happened)?.Pid),
        "local_process.ppid" => EventField.Number(happened => ProcessOf(happened)?.ParentPid),
        "local_process.start" => EventField.Time(happened => ProcessOf(happened)?.Start),
        "local_process.uid" => EventField.Number(happened => TellsUser(ProcessOf(happened)) ? happened.Socket?.Process?.Uid : happened.Socket?.Uid),
        "local_process.unit" => EventField.Text(
            happened => ProcessOf(happened) is { } process ? process.Unit : exposeProcesses ? happened.Socket?.Unit : null),
        "local_process.user" => EventField.Text(
            happened => TellsUser(ProcessOf(happened)) ? happened.Socket?.Process?.User : happened.Socket?.User),
        _ => null,
    };

    private EventField? FindOfContainer(string name) => name switch
    {
        "container.docker_host.hostname" => EventField.Text(static happened => DetailsOf(happened.Socket)?.Host.Hostname),
        "container.docker_host.ips" => EventField.Texts(static happened => DetailsOf(happened.Socket)?.Host.Ips),
        "container.env" => EventField.Texts(static happened => DetailsOf(happened.Socket)?.Environment),
        "container.id" => EventField.Text(static happened => happened.Socket?.Container?.Id),
        "container.image" => EventField.Text(static happened => DetailsOf(happened.Socket)?.Image),
        "container.local_ips" => EventField.Addresses(happened =>
            DetailsOf(happened.Socket) is null ? null : _containers.Of(happened.Socket!.Container!.Id!)),
        "container.name" => EventField.Text(static happened => DetailsOf(happened.Socket)?.Name),
        "container.pod_uid" => EventField.Text(static happened => happened.Socket?.Container?.PodUid),
        "container.runtime" => EventField.Text(static happened => happened.Socket?.Container?.Runtime),
        _ when name.StartsWith(Label, StringComparison.Ordinal) => OfLabel(name[Label.Length..]),
        _ => null,
    };

    private static EventField OfLabel(string label) =>
        EventField.Text(happened => DetailsOf(happened.Socket)?.Labels.GetValueOrDefault(label));

    private ReadOnlySpan<char> BinaryOf(ConnectionEvent happened)
    {
        if (happened.Socket is not { } socket)
        {
            return default;
        }

        return ProcessOf(happened) switch
        {
            null => ProcessJson.BinaryOfUnknown(exposeProcesses, socket.Inode),
            { Executable: { Length: > 0 } path } => path.AsSpan(path.LastIndexOf('/') + 1),
            { Name: var name } => name,
        };
    }

    private ProcessFacts? ProcessOf(ConnectionEvent happened) => exposeProcesses ? happened.Socket?.Process : null;

    private static bool TellsUser(ProcessFacts? process) => process is { Uid: not null } or { User: not null };

    private static ContainerDetails? DetailsOf(SocketFacts? socket) => socket?.Container?.Id is null ? null : socket.ContainerDetails;
}
