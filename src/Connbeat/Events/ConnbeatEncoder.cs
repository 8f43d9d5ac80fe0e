using System.Buffers;
using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// Encodes events in the schema <c>connbeat</c>: one JSON object each, without a line feed, its keys sorted at every
/// level; Schemas/connbeat.schema.json describes it. Whoever owns it uses it from one thread at a time.
/// </summary>
/// <param name="host">What every event says alike.</param>
/// <param name="addresses">
/// The host's own addresses; those of sockets in the agent's own namespace that are of no container are added.
/// </param>
/// <param name="exposeProcesses">False where the user wants no process told: <c>expose_process_info</c>.</param>
internal sealed class ConnbeatEncoder(HostFacts host, LocalAddresses addresses, bool exposeProcesses = true)
    : IDisposable
{
    private const int NanosecondsPerTick = (int)(1_000_000_000 / TimeSpan.TicksPerSecond);

    private static readonly JsonEncodedText[] Actions =
        [.. Enum.GetValues<EventAction>().Select(action => JsonEncodedText.Encode(action.Name()))];

    private static readonly JsonEncodedText[] Directions =
        [.. Enum.GetValues<Direction>().Select(direction => JsonEncodedText.Encode(direction.Name()))];

    private static readonly JsonEncodedText SocketType = JsonEncodedText.Encode("connbeat");
    private static readonly JsonEncodedText AgentType = JsonEncodedText.Encode("connbeat-agent");
    private static readonly JsonEncodedText Tcp = JsonEncodedText.Encode("tcp");
    private static readonly JsonEncodedText Udp = JsonEncodedText.Encode("udp");
    private static readonly JsonEncodedText IPv4 = JsonEncodedText.Encode("ipv4");
    private static readonly JsonEncodedText IPv6 = JsonEncodedText.Encode("ipv6");

    private readonly Utf8JsonWriter _json = new(Stream.Null, EventJson.Options);
    private readonly BeatJson _beat = new(host, addresses);
    private readonly ContainerJson _containers = new();
    private readonly ProcessJson _processes = new(exposeProcesses);
    private readonly UserFields _user = new(host);
    private readonly byte[] _communityId = new byte[CommunityId.Length];
    private bool _hasCommunityId;

    /// <summary>The community id of the event encoded last; empty where it has none. Valid until the next one.</summary>
    public ReadOnlySpan<byte> LastCommunityId => _hasCommunityId ? _communityId : [];

    /// <summary>Appends the JSON object of an event to <paramref name="destination"/>.</summary>
    public void Encode(ConnectionEvent happened, IBufferWriter<byte> destination)
    {
        if (happened.Socket is { Namespace: null, Container: null } own)
        {
            addresses.Add(own.Tuple.Local);
        }

        _json.Reset(destination);
        _user.Begin();
        _hasCommunityId = false;

        _json.WriteStartObject();
        UpTo(FieldNames.Timestamp).Time(FieldNames.Timestamp, happened.Timestamp);
        WriteRun(happened.Run);
        _beat.Write(UpTo(FieldNames.Beat));
        if (happened.Socket is { Container: not null } contained)
        {
            _containers.Write(UpTo(FieldNames.Container), contained);
        }

        WriteError(happened.ErrorCode);
        WriteEvent(happened);
        WriteGap(happened.Gap);
        WriteSocket(happened.Action, happened.Socket);
        UpTo(FieldNames.Type).WriteString(FieldNames.Type, happened.Action.IsAgent() ? AgentType : SocketType);
        _user.WriteRest(_json);
        _json.WriteEndObject();

        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>The writer, after the user's fields that come before <paramref name="own"/>.</summary>
    private Utf8JsonWriter UpTo(JsonEncodedText own)
    {
        if (_user.AreWaiting)
        {
            _user.WriteBefore(_json, own);
        }

        return _json;
    }

    private void WriteRun(RunFacts? run)
    {
        if (run is null || run == RunFacts.Nothing)
        {
            return;
        }

        UpTo(FieldNames.Agent).WriteStartObject(FieldNames.Agent);
        _json.Number(FieldNames.LastSequence, run.LastSequence);
        _json.Boolean(FieldNames.PreviousClean, run.PreviousClean);
        _json.Number(FieldNames.PreviousLastSequence, run.PreviousLastSequence);
        _json.Text(FieldNames.PreviousRun, run.PreviousRun);
        _json.WriteEndObject();
    }

    private void WriteError(string? code)
    {
        if (code is null)
        {
            return;
        }

        UpTo(FieldNames.Error).WriteStartObject(FieldNames.Error);
        _json.WriteString(FieldNames.Code, code);
        _json.WriteEndObject();
    }

    private void WriteEvent(ConnectionEvent happened)
    {
        Span<byte> id = stackalloc byte[EventId.Length];
        happened.Id.FormatUtf8(id);

        UpTo(FieldNames.Event).WriteStartObject(FieldNames.Event);
        _json.WriteString(FieldNames.Action, Actions[(int)happened.Action]);
        _json.Time(FieldNames.Created, happened.Created);
        _json.Number(FieldNames.Duration, happened.Duration?.Ticks * NanosecondsPerTick);
        _json.Time(FieldNames.End, happened.End);
        _json.WriteString(FieldNames.Id, id);
        _json.Text(FieldNames.Reason, happened.Reason);
        _json.Number(FieldNames.Sequence, happened.Sequence > 0 ? happened.Sequence : null);
        _json.Time(FieldNames.Start, happened.Start);
        _json.WriteEndObject();
    }

    private void WriteGap(GapFacts? gap)
    {
        if (gap is null)
        {
            return;
        }

        UpTo(FieldNames.Gap).WriteStartObject(FieldNames.Gap);
        _json.Number(FieldNames.Count, gap.Count);
        _json.Time(FieldNames.From, gap.From);
        _json.WriteString(FieldNames.Reason, gap.Reason);
        _json.WriteString(FieldNames.Stage, gap.Stage);
        _json.Time(FieldNames.To, gap.To);
        _json.WriteEndObject();
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
            UpTo(FieldNames.Listener).WriteStartObject(FieldNames.Listener);
            _json.Address(FieldNames.Ip, socket.Tuple.Local);
            _json.WriteEndObject();
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
        UpTo(FieldNames.Network).WriteStartObject(FieldNames.Network);
        _json.Number(FieldNames.BytesReceived, socket.BytesReceived);
        _json.Number(FieldNames.BytesSent, socket.BytesSent);
        if (!isListener)
        {
            CommunityId.Write(socket.Transport, socket.Tuple, _communityId);
            _json.WriteString(FieldNames.CommunityId, _communityId);
            _hasCommunityId = true;
        }

        _json.WriteString(FieldNames.Direction, Directions[(int)socket.Direction]);
        _json.Number(FieldNames.Namespace, socket.Namespace);
        _json.Text(FieldNames.NamespaceName, socket.NamespaceName);
        _json.Number(FieldNames.Retransmits, socket.Retransmits);
        _json.Number(FieldNames.RttUs, socket.RttMicroseconds);
        _json.WriteString(FieldNames.Transport, socket.Transport == Transport.Tcp ? Tcp : Udp);
        _json.WriteString(FieldNames.Type, socket.Tuple.Local.IsIPv4 ? IPv4 : IPv6);
        _json.WriteEndObject();
    }
}
