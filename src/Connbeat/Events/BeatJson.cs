using System.Text.Json;

namespace Connbeat.Events;

/// <summary>The <c>beat</c> object: the same in every event until the host shows another address.</summary>
internal sealed class BeatJson(HostFacts host, LocalAddresses addresses)
{
    private EncodedValue _encoded = new([]);
    private int _addresses = -1;

    /// <summary>Writes the object.</summary>
    public void Write(FieldWriter fields)
    {
        if (_addresses != addresses.Count)
        {
            _encoded = new EncodedValue(EventJson.Encode(WriteAnew));
            _addresses = addresses.Count;
        }

        fields.Value(FieldNames.Beat, _encoded);
    }

    private void WriteAnew(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(FieldNames.EphemeralId, host.Run);
        json.WriteString(FieldNames.Hostname, host.Hostname);
        json.Raw(FieldNames.LocalIps, addresses.Json);
        json.WriteString(FieldNames.Name, host.Name);
        json.WriteString(FieldNames.Version, host.Version);
        json.WriteEndObject();
    }
}
