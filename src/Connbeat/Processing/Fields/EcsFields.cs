using System.Globalization;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;

namespace Connbeat.Processing.Fields;

/// <summary>
/// The fields of Elastic Common Schema that the connbeat schema has not, or has with another value; Events/Ecs/EcsEncoder
/// writes them.
/// </summary>
internal sealed class EcsFields(HostFacts host, BootFacts boot, LocalAddresses addresses, bool exposeProcesses)
{
    private const string Label = "container.labels.";

    private static readonly IReadOnlyList<string> Network = ["network"];

    private readonly string _run = host.Run.ToString();
    private readonly string? _boot = boot.Id?.ToString();
    private readonly string? _pidNamespace = boot.PidNamespace?.ToString(CultureInfo.InvariantCulture);
    private readonly IReadOnlyList<string> _hosts = host.Name == host.Hostname ? [host.Hostname] : [host.Hostname, host.Name];

    /// <summary>The field of that name; null where the schema has none, or has it as the connbeat schema.</summary>
    public EventField? Find(string name) => name[..Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))] switch
    {
        "client" or "destination" or "server" or "source" => FindOfEnd(name),
        "container" or "orchestrator" => FindOfContainer(name),
        "process" or "user" => FindOfProcess(name),
        "event" or "network" or "related" => FindOfEvent(name),
        _ => FindOfHost(name),
    };

    private EventField? FindOfHost(string name) => name switch
    {
        "agent.ephemeral_id" => EventField.Text(_ => _run),
        "agent.name" or "host.name" => EventField.Text(_ => host.Name),
        "agent.type" => EventField.Text(static _ => "connbeat"),
        "agent.version" => EventField.Text(_ => host.Version),
        "data_stream.dataset" => EventField.Text(static _ => "connbeat.connection"),
        "data_stream.namespace" => EventField.Text(static _ => "default"),
        "data_stream.type" => EventField.Text(static _ => "logs"),
        "ecs.version" => EventField.Text(static _ => EcsHostJson.Version),
        "host.boot.id" => EventField.Text(_ => _boot),
        "host.hostname" => EventField.Text(_ => host.Hostname),
        "host.ip" => EventField.Addresses(_ => addresses),
        "host.os.type" => EventField.Text(static _ => "linux"),
        "host.pid_ns_ino" => EventField.Text(_ => _pidNamespace),
        _ => null,
    };

    private EventField? FindOfEvent(string name) => name switch
    {
        "event.category" => EventField.Texts(static happened => EcsCategories.Of(happened).IsNetwork ? Network : null),
        "event.dataset" => EventField.Text(static _ => "connbeat.connection"),
        "event.kind" => EventField.Text(static happened => EcsCategories.Of(happened).Kind.Value),
        "event.module" => EventField.Text(static _ => "connbeat"),
        "event.outcome" => EventField.Text(static happened => EcsCategories.Of(happened).Outcome?.Value),
        "event.type" => EventField.Texts(static happened => EcsCategories.Of(happened).Types),
        "network.bytes" => EventField.Number(static happened => happened.Socket is { } socket ? EcsNetwork.BytesOf(socket) : null),
        "network.direction" => EventField.Text(static happened => happened.Socket is { } socket ? EcsNetwork.DirectionOf(socket) : null),
        "network.iana_number" => EventField.Text(static happened => happened.Socket is { } socket ? EcsNetwork.IanaNumberOf(socket) : null),
        "network.packets" => EventField.Number(static happened => happened.Socket is { } socket ? EcsNetwork.PacketsOf(socket) : null),
        "related.hosts" => EventField.Texts(_ => _hosts),
        "related.ip" => EventField.Either(RelatedBy(SocketEnd.SourceOf), RelatedBy(SocketEnd.DestinationOf)),
        "related.user" => EventField.Either(FindOfProcess("user.id")!, FindOfProcess("user.name")!),
        _ => null,
    };

    private static EventField RelatedBy(Func<ConnectionEvent, SocketEnd?> end) => EventField.Either(
        EventField.Address(happened => Known(end(happened)?.Address)),
        EventField.Address(happened => Known(end(happened)?.Nat?.Address)));

    private static EventField? FindOfEnd(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        Func<ConnectionEvent, SocketEnd?> end = name[..dot] switch
        {
            "client" => SocketEnd.ClientOf,
            "server" => SocketEnd.ServerOf,
            "source" => SocketEnd.SourceOf,
            _ => SocketEnd.DestinationOf,
        };
        return name[(dot + 1)..] switch
        {
            "bytes" => EventField.Number(happened => end(happened)?.Sent),
            "ip" => EventField.Address(happened => end(happened)?.Address),
            "nat.ip" => EventField.Address(happened => end(happened)?.Nat?.Address),
            "nat.port" => EventField.Number(happened => end(happened)?.Nat?.Port),
            "packets" => EventField.Number(happened => end(happened)?.Packets),
            "port" => EventField.Number(happened => end(happened)?.Port),
            _ => null,
        };
    }

    private static EventField? FindOfContainer(string name) => name switch
    {
        "container.image.name" => EventField.Text(static happened => DetailsOf(happened)?.Image),
        "container.name" => EventField.Part(static happened => DetailsOf(happened) is { } details ? details.Name.AsSpan().TrimStart('/') : default),
        "orchestrator.resource.id" => EventField.Text(static happened => happened.Socket?.Container?.PodUid),
        "orchestrator.resource.type" => EventField.Text(static happened => happened.Socket?.Container?.PodUid is null ? null : "pod"),
        "orchestrator.type" => EventField.Text(static happened => happened.Socket?.Container?.PodUid is null ? null : "kubernetes"),
        _ when name.StartsWith(Label, StringComparison.Ordinal) => OfLabel(name[Label.Length..]),
        _ => null,
    };

    /// <summary>A label whose dots are told as <c>_</c>.</summary>
    private static EventField? OfLabel(string dedotted) => dedotted.Contains('_', StringComparison.Ordinal)
        ? EventField.Text(happened => DetailsOf(happened) is { } details ? EcsContainer.LabelOf(details, dedotted) : null)
        : null;

    private EventField? FindOfProcess(string name) => name switch
    {
        "process.args" => EventField.Texts(happened => ProcessOf(happened)?.Arguments),
        "process.command_line" => EventField.Text(happened => ProcessOf(happened) is { CommandLine: { Length: > 0 } line } ? line : null),
        "process.entity_id" => EventField.Text(happened => ProcessOf(happened) is { } process ? ProcessEntityId.Of(process, boot) : null),
        "process.env_vars" => EventField.Texts(happened => ProcessOf(happened)?.Environment),
        "process.executable" => EventField.Text(happened => ProcessOf(happened)?.Executable),
        "process.name" => EventField.Text(happened => ProcessOf(happened)?.Name),
        "process.parent.pid" => EventField.Number(happened => ProcessOf(happened)?.ParentPid is > 0 and { } parent ? parent : null),
        "process.pid" => EventField.Number(happened => ProcessOf(happened)?.Pid),
        "process.start" => EventField.Time(happened => ProcessOf(happened)?.Start),
        "user.id" => EventField.ShortText((happened, text) =>
            happened.Socket is { } socket && EcsUsers.UserOf(socket, exposeProcesses).Id is { } id && id.TryFormat(text, out int length)
                ? length
                : 0),
        "user.name" => EventField.Text(happened =>
            happened.Socket is { } socket ? EcsUsers.UserOf(socket, exposeProcesses).Name : null),
        _ => null,
    };

    private ProcessFacts? ProcessOf(ConnectionEvent happened) => exposeProcesses ? happened.Socket?.Process : null;

    private static ContainerDetails? DetailsOf(ConnectionEvent happened) =>
        happened.Socket is { Container.Id: not null } socket ? socket.ContainerDetails : null;

    private static InetAddress? Known(InetAddress? address) => address is { IsAny: true } ? null : address;
}
