using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// Encodes events in the schema <c>ecs</c>: Elastic Common Schema 9.3 for the data stream
/// logs-connbeat.connection-default, with the keys sorted at every level; Schemas/connbeat-ecs.schema.json describes it.
/// What ECS has no field for stands under <c>connbeat</c>, by the names of the connbeat schema.
/// </summary>
/// <param name="host">What every event says alike.</param>
/// <param name="boot">What process ids mean on this host.</param>
/// <param name="addresses">The host's own addresses, to which those of its sockets are added.</param>
/// <param name="exposeProcesses">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class EcsEncoder(
    HostFacts host, BootFacts boot, LocalAddresses addresses, bool exposeProcesses = true) : IEventEncoder
{
    private static readonly JsonEncodedText Dataset = JsonEncodedText.Encode("connbeat.connection");
    private static readonly JsonEncodedText Module = JsonEncodedText.Encode("connbeat");

    private readonly EventWriter _writer = new(host, EcsNames.IsOwn);
    private readonly EcsHostJson _host = new(host, boot, addresses);
    private readonly EcsEnds _ends = new();
    private readonly EcsNetwork _network = new();
    private readonly EcsProcessJson _processes = new(boot);
    private readonly EcsUsers _users = new(exposeProcesses);
    private readonly EcsContainers _containers = new();

    /// <inheritdoc/>
    public ReadOnlySpan<byte> LastCommunityId => _writer.LastCommunityId;

    /// <inheritdoc/>
    public void Encode(ConnectionEvent happened, IBufferWriter<byte> destination)
    {
        addresses.Learn(happened.Socket);
        EcsContainer? container = null;
        EcsUser? user = null;
        ReadOnlySpan<byte> process = default;
        if (happened.Socket is { } socket)
        {
            container = _containers.Of(socket);
            user = _users.Of(socket);
            process = exposeProcesses && socket.Process is { } owner ? _processes.Of(owner) : default;
        }

        _ends.Set(happened);

        _writer.Begin(destination);
        UpTo(FieldNames.Timestamp).Time(FieldNames.Timestamp, happened.Timestamp);
        UpTo(FieldNames.Agent).Raw(FieldNames.Agent, _host.Agent);
        WriteKnown(EcsNames.Client, _ends.Client);
        WriteOwn(happened, container?.Own);
        WriteKnown(FieldNames.Container, container?.Container);
        UpTo(EcsNames.DataStream).Raw(EcsNames.DataStream, EcsHostJson.DataStream);
        WriteKnown(EcsNames.Destination, _ends.Destination);
        UpTo(EcsNames.Ecs).Raw(EcsNames.Ecs, EcsHostJson.Ecs);
        UpTo(FieldNames.Error).Error(happened.ErrorCode);
        WriteEvent(happened);
        UpTo(EcsNames.Host).Raw(EcsNames.Host, _host.Host);
        if (happened.Socket is { } connected)
        {
            ReadOnlySpan<byte> communityId = happened.Action.IsListener() ? default : _writer.Identify(connected);
            UpTo(FieldNames.Network).Raw(FieldNames.Network, _network.Of(connected, communityId));
        }

        WriteKnown(EcsNames.Orchestrator, container?.Orchestrator);
        WriteKnown(EcsNames.Process, process);
        WriteRelated(user);
        WriteKnown(EcsNames.Server, _ends.Server);
        WriteKnown(EcsNames.Source, _ends.Source);
        WriteKnown(FieldNames.User, user is null ? default : user.Json);
        _writer.End();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private Utf8JsonWriter UpTo(JsonEncodedText own) => _writer.UpTo(own);

    private void WriteKnown(JsonEncodedText name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            UpTo(name).Raw(name, value);
        }
    }

    private void WriteOwn(ConnectionEvent happened, ReadOnlySpan<byte> container)
    {
        bool hasRun = happened.Run is { } run && run != RunFacts.Nothing;
        if (happened.Socket is null && happened.Gap is null && !hasRun)
        {
            return;
        }

        Utf8JsonWriter json = UpTo(EcsNames.Connbeat);
        json.WriteStartObject(EcsNames.Connbeat);
        json.Write(happened.Run);
        if (!container.IsEmpty)
        {
            json.Raw(FieldNames.Container, container);
        }

        json.Write(happened.Gap);
        if (happened.Socket is { } socket)
        {
            WriteOwn(json, socket);
        }

        json.WriteEndObject();
    }

    private void WriteOwn(Utf8JsonWriter json, SocketFacts socket)
    {
        json.WriteStartObject(FieldNames.LocalProcess);
        json.WriteString(FieldNames.Attribution, FieldValues.Of(socket.Attribution));
        if (exposeProcesses)
        {
            json.Text(FieldNames.Unit, socket.Process is { } process ? process.Unit : socket.Unit);
        }

        json.WriteEndObject();
        if (socket is { Namespace: null, NamespaceName: null, Retransmits: null, RttMicroseconds: null })
        {
            return;
        }

        json.WriteStartObject(FieldNames.Network);
        json.Number(FieldNames.Namespace, socket.Namespace);
        json.Text(FieldNames.NamespaceName, socket.NamespaceName);
        json.Number(FieldNames.Retransmits, socket.Retransmits);
        json.Number(FieldNames.RttUs, socket.RttMicroseconds);
        json.WriteEndObject();
    }

    private void WriteEvent(ConnectionEvent happened)
    {
        EcsCategories categories = EcsCategories.Of(happened);
        Utf8JsonWriter json = UpTo(FieldNames.Event);
        json.WriteStartObject(FieldNames.Event);
        json.WriteString(FieldNames.Action, FieldValues.Of(happened.Action));
        if (categories.IsNetwork)
        {
            json.Raw(EcsNames.Category, """["network"]"""u8);
        }

        json.Time(FieldNames.Created, happened.Created);
        json.WriteString(EcsNames.Dataset, Dataset);
        json.Number(FieldNames.Duration, FieldValues.Nanoseconds(happened.Duration));
        json.Time(FieldNames.End, happened.End);
        json.Id(FieldNames.Id, happened.Id);
        json.WriteString(EcsNames.Kind, categories.Kind);
        json.WriteString(EcsNames.Module, Module);
        if (categories.Outcome is { } outcome)
        {
            json.WriteString(EcsNames.Outcome, outcome);
        }

        json.Text(FieldNames.Reason, happened.Reason);
        json.Number(FieldNames.Sequence, happened.Sequence > 0 ? happened.Sequence : null);
        json.Time(FieldNames.Start, happened.Start);
        json.Raw(FieldNames.Type, categories.Type);
        json.WriteEndObject();
    }

    private void WriteRelated(EcsUser? user)
    {
        Utf8JsonWriter json = UpTo(EcsNames.Related);
        json.WriteStartObject(EcsNames.Related);
        json.Raw(EcsNames.Hosts, _host.Related);
        _ends.WriteRelated(json);
        if (user is not null)
        {
            json.Raw(FieldNames.User, user.Related);
        }

        json.WriteEndObject();
    }
}
