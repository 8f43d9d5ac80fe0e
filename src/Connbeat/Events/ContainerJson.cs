using System.Text.Json;

namespace Connbeat.Events;

/// <summary>
/// The <c>container</c> object: what its control group names, and, where the engine is asked, the fields of the original.
/// A container has many sockets, so its object is kept and copied; a table of fixed size keeps the latest
/// container of each slot, and nothing that is longer than <see cref="LongestKept"/>.
/// </summary>
internal sealed class ContainerJson
{
    private const int Slots = 256; // a power of two
    private const int LongestKept = 16 * 1024;

    private readonly ContainerAddresses _addresses = new();
    private readonly Slot[] _kept = new Slot[Slots];

    /// <summary>The object for the container of <paramref name="socket"/>, which has one.</summary>
    public EncodedValue Of(SocketFacts socket)
    {
        ContainerFacts container = socket.Container!;
        ContainerDetails? details = container.Id is null ? null : socket.ContainerDetails;
        LocalAddresses? addresses = details is null ? null : _addresses.Of(container.Id!);
        addresses?.Add(socket.Tuple.Local);

        int count = addresses?.Count ?? 0;
        string name = container.Id ?? container.PodUid ?? "";
        ref Slot slot = ref _kept[name.GetHashCode(StringComparison.Ordinal) & (Slots - 1)];
        if (slot.IsOf(container, details, count))
        {
            return slot.Value!;
        }

        EncodedValue encoded = new(Encode(container, details, addresses));
        if (encoded.Json.Length <= LongestKept)
        {
            slot = new Slot(container, details, count, encoded);
        }

        return encoded;
    }

    // By itself: a closure in the method above would be made for every event.
    private static byte[] Encode(ContainerFacts container, ContainerDetails? details, LocalAddresses? addresses) =>
        EventJson.Encode(json => Write(json, container, details, addresses));

    private static void Write(
        Utf8JsonWriter json, ContainerFacts container, ContainerDetails? details, LocalAddresses? addresses)
    {
        json.WriteStartObject();
        if (details is not null)
        {
            WriteHost(json, details.Host);
            json.Texts(FieldNames.Env, details.Environment);
        }

        json.Text(FieldNames.Id, container.Id);
        if (details is not null)
        {
            json.WriteString(FieldNames.Image, details.Image);
            WriteLabels(json, details.Labels);
            json.Raw(FieldNames.LocalIps, addresses is { Count: > 0 } ? addresses.Json : "null"u8);
            json.WriteString(FieldNames.Name, details.Name);
        }

        json.Text(FieldNames.PodUid, container.PodUid);
        if (details is not null)
        {
            json.Write(details.Ports);
        }

        json.Text(FieldNames.Runtime, container.Runtime);
        json.WriteEndObject();
    }

    private static void WriteHost(Utf8JsonWriter json, ContainerHost host)
    {
        json.WriteStartObject(FieldNames.DockerHost);
        json.WriteString(FieldNames.Hostname, host.Hostname);
        if (host.Ips is null)
        {
            json.WriteNull(FieldNames.Ips);
        }
        else
        {
            json.Texts(FieldNames.Ips, host.Ips);
        }

        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyDictionary<string, string> labels)
    {
        json.WriteStartObject(FieldNames.Labels);
        foreach ((string name, string value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    /// <summary>An object and what it was made of.</summary>
    private readonly record struct Slot(ContainerFacts? Container, ContainerDetails? Details, int Addresses, EncodedValue? Value)
    {
        public bool IsOf(ContainerFacts container, ContainerDetails? details, int addresses) =>
            Container == container && ReferenceEquals(Details, details) && Addresses == addresses;
    }
}
