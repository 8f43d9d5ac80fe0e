using Connbeat.Linux;

namespace Connbeat.Events.Ecs;

/// <summary>
/// One end of a connection: the object that stands under <c>source</c> or <c>destination</c>, and once more under
/// <c>client</c> or <c>server</c>.
/// </summary>
internal sealed class EcsEnd
{
    private readonly RawJson _json = new(256); // twice 11 and 19 digits, and twice 7, 45 of an address, 9 and 5 digits
    private Range _ip;
    private Range _natIp;

    /// <summary>The object.</summary>
    public ReadOnlySpan<byte> Json => _json.Json;

    /// <summary>Its address as a JSON string.</summary>
    public ReadOnlySpan<byte> Ip => _json.Json[_ip];

    /// <summary>The address that it is translated to as a JSON string, where there is one.</summary>
    public ReadOnlySpan<byte> NatIp => _json.Json[_natIp];

    /// <summary>Its address.</summary>
    public InetAddress Address { get; private set; }

    /// <summary>Its port.</summary>
    public ushort Port { get; private set; }

    /// <summary>The payload bytes that it sent, where that is known.</summary>
    public long? Sent { get; private set; }

    /// <summary>The datagrams that it sent, where that is known.</summary>
    public long? Packets { get; private set; }

    /// <summary>What it is on the other side of an address translation, where there is one.</summary>
    public NatEnd? Nat { get; private set; }

    /// <summary>Takes an end, the payload bytes and the datagrams that it sent, and what it is translated to.</summary>
    public void Set(InetAddress address, ushort port, long? sent, long? packets, NatEnd? nat)
    {
        Address = address;
        Port = port;
        Sent = sent;
        Packets = packets;
        Nat = nat;
        _json.Clear();
        if (sent is { } bytes)
        {
            _json.Append("{\"bytes\":"u8);
            _json.Append(bytes);
            _json.Append(",\"ip\":\""u8);
        }
        else
        {
            _json.Append("{\"ip\":\""u8);
        }

        int start = _json.Length - 1;
        _json.Advance(address.FormatUtf8(_json.Rest));
        _json.Append("\""u8);
        _ip = start.._json.Length;
        if (nat is { } translated)
        {
            _json.Append(",\"nat\":{\"ip\":\""u8);
            int natStart = _json.Length - 1;
            _json.Advance(translated.Address.FormatUtf8(_json.Rest));
            _json.Append("\""u8);
            _natIp = natStart.._json.Length;
            _json.Append(",\"port\":"u8);
            _json.Append(translated.Port);
            _json.Append("}"u8);
        }

        if (packets is { } count)
        {
            _json.Append(",\"packets\":"u8);
            _json.Append(count);
        }

        _json.Append(",\"port\":"u8);
        _json.Append(port);
        _json.Append("}"u8);
    }

    /// <summary>Writes the object.</summary>
    public void Write(FieldWriter fields, FieldName name)
    {
        if (fields.ShowsWhole(name))
        {
            fields.Raw(name, Json);
            return;
        }

        fields.StartObject(name);
        fields.Number(EcsNames.Bytes, Sent);
        fields.Address(FieldNames.Ip, Address);
        if (Nat is { } nat)
        {
            fields.StartObject(FieldNames.Nat);
            fields.Address(FieldNames.Ip, nat.Address);
            fields.Number(EcsNames.Port, nat.Port);
            fields.EndObject();
        }

        fields.Number(EcsNames.Packets, Packets);
        fields.Number(EcsNames.Port, Port);
        fields.EndObject();
    }
}
