using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// Encodes events in the schema <c>ecs</c>: Elastic Common Schema 9.3 for the data stream
/// logs-connbeat.connection-default, with the keys sorted at every level; Schemas/connbeat-ecs.schema.fields describes it.
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
    public void Encode(ConnectionEvent happened, IBufferWriter<byte> destination, FieldMask? mask = null)
    {
        addresses.Learn(happened.Socket);
        _writer.Begin(destination, mask);
        EcsContainer? container = null;
        EcsUser? user = null;
        EncodedValue? process = null;
        if (happened.Socket is { } socket)
        {
            container = _containers.Of(socket);
            user = _users.Of(socket);
            process = exposeProcesses && socket.Process is { } owner && _writer.Fields.Shows(EcsNames.Process)
                ? _processes.Of(owner)
                : null;
        }

        _ends.Set(happened);
        UpTo(FieldNames.Timestamp).Time(FieldNames.Timestamp, happened.Timestamp);
        UpTo(FieldNames.Agent).Value(FieldNames.Agent, _host.Agent);
        Write(EcsNames.Client, _ends.Client);
        WriteOwn(happened, container?.Own);
        Write(FieldNames.Container, container?.Container);
        UpTo(EcsNames.DataStream).Raw(EcsNames.DataStream, EcsHostJson.DataStream);
        Write(EcsNames.Destination, _ends.Destination);
        UpTo(EcsNames.Ecs).Raw(EcsNames.Ecs, EcsHostJson.Ecs);
        UpTo(FieldNames.Error).Error(happened.ErrorCode);
        WriteEvent(happened);
        UpTo(EcsNames.Host).Value(EcsNames.Host, _host.Host);
        if (happened.Socket is { } connected)
        {
            ReadOnlySpan<byte> communityId = happened.Action.IsListener() ? default : _writer.Identify(connected);
            _network.Write(UpTo(FieldNames.Network), connected, communityId);
        }

        Write(EcsNames.Orchestrator, container?.Orchestrator);
        Write(EcsNames.Process, process);
        WriteRelated(user);
        Write(EcsNames.Server, _ends.Server);
        Write(EcsNames.Source, _ends.Source);
        Write(FieldNames.User, user?.Value);
        _writer.End();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private FieldWriter UpTo(FieldName own) => _writer.UpTo(own);

    private void Write(FieldName name, EncodedValue? value)
    {
        if (value is not null)
        {
            UpTo(name).Value(name, value);
        }
    }

    private void Write(FieldName name, EcsEnd? end) => end?.Write(UpTo(name), name);

    private void WriteOwn(ConnectionEvent happened, EncodedValue? container)
    {
        bool hasRun = happened.Run is { } run && run != RunFacts.Nothing;
        if (happened.Socket is null && happened.Gap is null && happened.Tunnel is null && !hasRun)
        {
            return;
        }

        FieldWriter fields = UpTo(EcsNames.Connbeat);
        fields.StartObject(EcsNames.Connbeat);
        fields.Write(happened.Run);
        if (container is not null)
        {
            fields.Value(FieldNames.Container, container);
        }

        fields.Write(happened.Gap);
        if (happened.Socket is { } socket)
        {
            WriteOwn(fields, socket);
        }

        fields.Write(happened.Tunnel ?? happened.Socket?.Tunnel);
        fields.EndObject();
    }

    private void WriteOwn(FieldWriter fields, SocketFacts socket)
    {
        fields.StartObject(FieldNames.LocalProcess);
        fields.Text(FieldNames.Attribution, FieldValues.Of(socket.Attribution));
        if (exposeProcesses)
        {
            fields.Text(FieldNames.Unit, socket.Process is { } process ? process.Unit : socket.Unit);
        }

        fields.EndObject();
        if (socket is { Namespace: null, NamespaceName: null, Retransmits: null, RttMicroseconds: null })
        {
            return;
        }

        fields.StartObject(FieldNames.Network);
        fields.Number(FieldNames.Namespace, socket.Namespace);
        fields.Text(FieldNames.NamespaceName, socket.NamespaceName);
        fields.Number(FieldNames.Retransmits, socket.Retransmits);
        fields.Number(FieldNames.RttUs, socket.RttMicroseconds);
        fields.EndObject();
    }

    private void WriteEvent(ConnectionEvent happened)
    {
        EcsCategories categories = EcsCategories.Of(happened);
        FieldWriter fields = UpTo(FieldNames.Event);
        fields.StartObject(FieldNames.Event);
        fields.Text(FieldNames.Action, FieldValues.Of(happened.Action));
        if (categories.IsNetwork)
        {
            fields.Raw(EcsNames.Category, """["network"]"""u8);
        }

        fields.Time(FieldNames.Created, happened.Created);
        fields.Text(EcsNames.Dataset, Dataset);
        fields.Number(FieldNames.Duration, FieldValues.Nanoseconds(happened.Duration));
        fields.Time(FieldNames.End, happened.End);
        fields.Id(FieldNames.Id, happened.Id);
        fields.Text(EcsNames.Kind, categories.Kind);
        fields.Text(EcsNames.Module, Module);
        if (categories.Outcome is { } outcome)
        {
            fields.Text(EcsNames.Outcome, outcome);
        }

        fields.Text(FieldNames.Reason, happened.Reason);
        fields.Number(FieldNames.Sequence, happened.Sequence > 0 ? happened.Sequence : null);
        fields.Time(FieldNames.Start, happened.Start);
        fields.Raw(FieldNames.Type, categories.Type);
        fields.EndObject();
    }

    private void WriteRelated(EcsUser? user)
    {
        FieldWriter fields = UpTo(EcsNames.Related);
        fields.StartObject(EcsNames.Related);
        fields.Raw(EcsNames.Hosts, _host.Related);
        _ends.WriteRelated(fields);
        if (user is not null)
        {
            fields.Raw(FieldNames.User, user.Related);
        }

        fields.EndObject();
    }
}
