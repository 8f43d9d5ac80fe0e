using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>
/// Encodes events in the schema <c>connbeat</c>, with the keys sorted at every level; Schemas/connbeat.schema.json
/// describes it.
/// </summary>
/// <param name="host">What every event says alike.</param>
/// <param name="addresses">The host's own addresses, to which those of its sockets are added.</param>
/// <param name="exposeProcesses">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class ConnbeatEncoder(HostFacts host, LocalAddresses addresses, bool exposeProcesses = true)
    : IEventEncoder
{
    private static readonly JsonEncodedText[] Directions =
        [.. Enum.GetValues<Direction>().Select(direction => JsonEncodedText.Encode(direction.Name()))];

    private static readonly JsonEncodedText SocketType = JsonEncodedText.Encode("connbeat");
    private static readonly JsonEncodedText AgentType = JsonEncodedText.Encode("connbeat-agent");

    private readonly EventWriter _writer = new(host, FieldNames.IsOwn);
    private readonly BeatJson _beat = new(host, addresses);
    private readonly ContainerJson _containers = new();
    private readonly ProcessJson _processes = new(exposeProcesses);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> LastCommunityId => _writer.LastCommunityId;

    /// <inheritdoc/>
    public void Encode(ConnectionEvent happened, IBufferWriter<byte> destination)
    {
        addresses.Learn(happened.Socket);

        _writer.Begin(destination);
        UpTo(FieldNames.Timestamp).Time(FieldNames.Timestamp, happened.Timestamp);
        UpTo(FieldNames.Agent).Write(happened.Run);
        _beat.Write(UpTo(FieldNames.Beat));
        if (happened.Socket is { Container: not null } contained)
        {
            _containers.Write(UpTo(FieldNames.Container), contained);
        }

        UpTo(FieldNames.Error).Error(happened.ErrorCode);
        WriteEvent(happened);
        UpTo(FieldNames.Gap).Write(happened.Gap);
        WriteSocket(happened.Action, happened.Socket);
        UpTo(FieldNames.Type).WriteString(FieldNames.Type, happened.Action.IsAgent() ? AgentType : SocketType);
        _writer.End();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private Utf8JsonWriter UpTo(JsonEncodedText own) => _writer.UpTo(own);

    private void WriteEvent(ConnectionEvent happened)
    {
        Utf8JsonWriter json = UpTo(FieldNames.Event);
        json.WriteStartObject(FieldNames.Event);
        json.WriteString(FieldNames.Action, FieldValues.Of(happened.Action));
        json.Time(FieldNames.Created, happened.Created);
        json.Number(FieldNames.Duration, FieldValues.Nanoseconds(happened.Duration));
        json.Time(FieldNames.End, happened.End);
        json.Id(FieldNames.Id, happened.Id);
        json.Text(FieldNames.Reason, happened.Reason);
        json.Number(FieldNames.Sequence, happened.Sequence > 0 ? happened.Sequence : null);
        json.Time(FieldNames.Start, happened.Start);
        json.WriteEndObject();
    }

    private void WriteSocket(EventAction action, SocketFacts? socket)
    {
        if (socket is null)
        {
            return;
        }

        bool isListener = action.IsListener();
        if (isListener)
        {
            Utf8JsonWriter json = UpTo(FieldNames.Listener);
            json.WriteStartObject(FieldNames.Listener);
            json.Address(FieldNames.Ip, socket.Tuple.Local);
            json.WriteEndObject();
        }
        else
        {
            UpTo(FieldNames.LocalIp).Address(FieldNames.LocalIp, socket.Tuple.Local);
        }

        UpTo(FieldNames.LocalPort).WriteNumber(FieldNames.LocalPort, socket.Tuple.LocalPort);
        _processes.Write(UpTo(FieldNames.LocalProcess), socket);
        WriteNetwork(socket, isListener);
        if (!isListener)
        {
            UpTo(FieldNames.RemoteIp).Address(FieldNames.RemoteIp, socket.Tuple.Remote);
            UpTo(FieldNames.RemotePort).WriteNumber(FieldNames.RemotePort, socket.Tuple.RemotePort);
        }
    }

    private void WriteNetwork(SocketFacts socket, bool isListener)
    {
        Utf8JsonWriter json = UpTo(FieldNames.Network);
        json.WriteStartObject(FieldNames.Network);
        json.Number(FieldNames.BytesReceived, socket.BytesReceived);
        json.Number(FieldNames.BytesSent, socket.BytesSent);
        if (!isListener)
        {
            json.WriteString(FieldNames.CommunityId, _writer.Identify(socket));
        }

        json.WriteString(FieldNames.Direction, Directions[(int)socket.Direction]);
        json.Number(FieldNames.Namespace, socket.Namespace);
        json.Text(FieldNames.NamespaceName, socket.NamespaceName);
        json.Number(FieldNames.Retransmits, socket.Retransmits);
        json.Number(FieldNames.RttUs, socket.RttMicroseconds);
        json.WriteString(FieldNames.Transport, FieldValues.Of(socket.Transport));
        json.WriteString(FieldNames.Type, FieldValues.Of(socket.Tuple));
        json.WriteEndObject();
    }
}
