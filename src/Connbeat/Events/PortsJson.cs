using System.Text.Json;

namespace Connbeat.Events;

/// <summary>The object <c>ports</c> of a container: where the host publishes each of them.</summary>
internal static class PortsJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(
        this Utf8JsonWriter json, IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>> ports)
    {
        json.WriteStartObject(FieldNames.Ports);
        foreach ((string port, IReadOnlyList<PublishedPort> published) in
            ports.OrderBy(port => port.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(port);
            foreach (PublishedPort at in published)
            {
                json.WriteStartObject();
                json.WriteString(FieldNames.HostIp, at.HostIp);
                json.WriteString(FieldNames.HostPort, at.HostPort);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
