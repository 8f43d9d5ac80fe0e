using System.Globalization;
using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// What every event says alike: the objects <c>agent</c>, <c>host</c>, <c>data_stream</c> and <c>ecs</c>, and the array
/// <c>related.hosts</c>. Only the host's addresses grow.
/// </summary>
internal sealed class EcsHostJson
{
    private readonly HostFacts _facts;
    private readonly BootFacts _boot;
    private readonly LocalAddresses _addresses;
    private readonly byte[] _related;
    private EncodedValue _host = new([]);
    private int _known = -1;

    public EcsHostJson(HostFacts facts, BootFacts boot, LocalAddresses addresses)
    {
        _facts = facts;
        _boot = boot;
        _addresses = addresses;
        Agent = new EncodedValue(EventJson.Encode(WriteAgent));
        _related = EventJson.Encode(WriteRelated);
    }

    /// <summary>The version that the events keep to.</summary>
    public const string Version = "9.3.0";

    /// <summary>The object <c>data_stream</c>: the names of logs-connbeat.connection-default.</summary>
    public static ReadOnlySpan<byte> DataStream =>
        """{"dataset":"connbeat.connection","namespace":"default","type":"logs"}"""u8;

    /// <summary>The object <c>ecs</c>.</summary>
    public static ReadOnlySpan<byte> Ecs => """{"version":"9.3.0"}"""u8;

    /// <summary>The object <c>agent</c>.</summary>
    public EncodedValue Agent { get; }

    /// <summary>The array <c>related.hosts</c>.</summary>
    public ReadOnlySpan<byte> Related => _related;

    /// <summary>The object <c>host</c>.</summary>
    public EncodedValue Host
    {
        get
        {
            if (_known != _addresses.Count)
            {
                _host = new EncodedValue(EventJson.Encode(WriteHost));
                _known = _addresses.Count;
            }

            return _host;
        }
    }

    private void WriteAgent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(FieldNames.EphemeralId, _facts.Run);
        json.WriteString(FieldNames.Name, _facts.Name);
        json.WriteString(FieldNames.Type, "connbeat");
        json.WriteString(FieldNames.Version, _facts.Version);
        json.WriteEndObject();
    }

    private void WriteHost(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_boot.Id is { } boot)
        {
            json.WriteStartObject(EcsNames.Boot);
            json.WriteString(FieldNames.Id, boot);
            json.WriteEndObject();
        }

        json.WriteString(FieldNames.Hostname, _facts.Hostname);
        if (_addresses.Count > 0)
        {
            json.Raw(FieldNames.Ip, _addresses.Json);
        }

        json.WriteString(FieldNames.Name, _facts.Name);
        json.WriteStartObject(EcsNames.Os);
        json.WriteString(FieldNames.Type, "linux");
        json.WriteEndObject();
        json.Text(EcsNames.PidNamespace, _boot.PidNamespace?.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private void WriteRelated(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteStringValue(_facts.Hostname);
        if (_facts.Name != _facts.Hostname)
        {
            json.WriteStringValue(_facts.Name);
        }

        json.WriteEndArray();
    }
}
