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
    public void Encode(ConnectionEvent happened, IBufferWriter<byte> destination, FieldMask? mask = null)
    {
        addresses.Learn(happened.Socket);

        _writer.Begin(destination, mask);
        UpTo(FieldNames.Timestamp).Time(FieldNames.Timestamp, happened.Timestamp);
        UpTo(FieldNames.Agent).Write(happened.Run);
        _beat.Write(UpTo(FieldNames.Beat));
        if (happened.Socket is { Container: not null } contained)
        {
            UpTo(FieldNames.Container).Value(FieldNames.Container, _containers.Of(contained));
        }

        UpTo(FieldNames.Error).Error(happened.ErrorCode);
        WriteEvent(happened);
        UpTo(FieldNames.Gap).Write(happened.Gap);
        WriteSocket(happened.Action, happened.Socket);
        UpTo(FieldNames.Tunnel).Write(happened.Tunnel ?? happened.Socket?.Tunnel);
        UpTo(FieldNames.Type).Text(FieldNames.Type, happened.Action.IsAgent() ? AgentType : SocketType);
        _writer.End();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private FieldWriter UpTo(FieldName own) => _writer.UpTo(own);

    private void WriteEvent(ConnectionEvent happened)
    {
        FieldWriter fields = UpTo(FieldNames.Event);
        fields.StartObject(FieldNames.Event);
        fields.Text(FieldNames.Action, FieldValues.Of(happened.Action));
        fields.Time(FieldNames.Created, happened.Created);
        fields.Number(FieldNames.Duration, FieldValues.Nanoseconds(happened.Duration));
        fields.Time(FieldNames.End, happened.End);
        fields.Id(FieldNames.Id, happened.Id);
        fields.Text(FieldNames.Reason, happened.Reason);
        fields.Number(FieldNames.Sequence, happened.Sequence > 0 ? happened.Sequence : null);
        fields.Time(FieldNames.Start, happened.Start);
        fields.EndObject();
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
            FieldWriter fields = UpTo(FieldNames.Listener);
            fields.StartObject(FieldNames.Listener);
            fields.Address(FieldNames.Ip, socket.Tuple.Local);
            fields.EndObject();
        }
        else
        {
            UpTo(FieldNames.LocalIp).Address(FieldNames.LocalIp, socket.Tuple.Local);
        }

        UpTo(FieldNames.LocalPort).Number(FieldNames.LocalPort, socket.Tuple.LocalPort);
        _processes.Write(UpTo(FieldNames.LocalProcess), socket);
        WriteNetwork(socket, isListener);
        if (!isListener)
        {
            UpTo(FieldNames.RemoteIp).Address(FieldNames.RemoteIp, socket.Tuple.Remote);
            UpTo(FieldNames.RemotePort).Number(FieldNames.RemotePort, socket.Tuple.RemotePort);
        }
    }

    private void WriteNetwork(SocketFacts socket, bool isListener)
    {
        // It names the event to the outputs, also where it is not written.
        ReadOnlySpan<byte> communityId = isListener ? default : _writer.Identify(socket);
        FieldWriter fields = UpTo(FieldNames.Network);
        if (!fields.Shows(FieldNames.Network))
        {
            return;
        }

        fields.StartObject(FieldNames.Network);
        fields.Number(FieldNames.BytesReceived, socket.BytesReceived);
        fields.Number(FieldNames.BytesSent, socket.BytesSent);
        if (!isListener)
        {
            fields.Text(FieldNames.CommunityId, communityId);
        }

        fields.Text(FieldNames.Direction, Directions[(int)socket.Direction]);
        fields.Number(FieldNames.Namespace, socket.Namespace);
        fields.Text(FieldNames.NamespaceName, socket.NamespaceName);
        fields.Write(socket.Nat);
        fields.Number(FieldNames.PacketsReceived, socket.PacketsReceived);
        fields.Number(FieldNames.PacketsSent, socket.PacketsSent);
        fields.Number(FieldNames.Retransmits, socket.Retransmits);
        fields.Number(FieldNames.RttUs, socket.RttMicroseconds);
        fields.Text(FieldNames.Transport, FieldValues.Of(socket.Transport));
        fields.Text(FieldNames.Type, FieldValues.Of(socket.Tuple));
        fields.EndObject();
    }
}
