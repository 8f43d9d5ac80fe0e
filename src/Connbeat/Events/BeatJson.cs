using System.Buffers;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>The <c>beat</c> object: the same in every event until the host shows another address.</summary>
internal sealed class BeatJson(HostFacts host, LocalAddresses addresses)
{
    private byte[] _encoded = [];
    private int _addresses = -1;

    /// <summary>Writes the object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (_addresses != addresses.Count)
        {
            _encoded = Encode();
            _addresses = addresses.Count;
        }

        json.WritePropertyName(FieldNames.Beat);
        json.WriteRawValue(_encoded, skipInputValidation: true);
    }

    private byte[] Encode()
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes, EventJson.Options);
        json.WriteStartObject();
        json.WriteString(FieldNames.EphemeralId, host.Run);
        json.WriteString(FieldNames.Hostname, host.Hostname);
        json.WritePropertyName(FieldNames.LocalIps);
        json.WriteRawValue(addresses.Json, skipInputValidation: true);
        json.WriteString(FieldNames.Name, host.Name);
        json.WriteString(FieldNames.Version, host.Version);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
